// Time, and what happens in it: one thing after another, in an order that a seed decides.
import type { Random } from './random.ts';

/** When every simulation begins, in milliseconds since 1970. */
const START = Date.UTC(2026, 5, 1);
/** A run that does not come to rest within so many events goes round in circles. */
const MOST_EVENTS = 200_000;

/** The clock of the machine, taken before it is replaced. */
const yieldToNode = globalThis.setImmediate;

/** A tab, a worker or a server: code with a memory that can be lost. */
export interface Process {
  readonly name: string;
  /** What happens to a process that is no more does not happen. */
  isAlive: boolean;
  /** Added to the true time by its clock, in milliseconds. */
  ahead: number;
}

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly process: Process;
  readonly work: () => void;
  isCalledOff: boolean;
}

/** A run that did not end. */
export class EndlessError extends Error {}

export class World {
  readonly random: Random;
  /** True time since the start, in milliseconds. */
  elapsed = 0;
  /** Whose code runs now. */
  current: Process;
  /** What nobody in the simulation does: clients, the network, the browser itself. */
  readonly outside: Process = { name: 'outside', isAlive: true, ahead: 0 };
  readonly lines: string[] = [];
  #hash = 0;
  readonly #queue: Happening[] = [];
  readonly #afterwards: (() => void)[] = [];
  #order = 0;
  #events = 0;
  #busy = 0;
  #isTraced: boolean;

  /** @param isTraced whether lines are kept for people, beside the fingerprint of them all */
  constructor(random: Random, isTraced = false) {
    this.random = random;
    this.current = this.outside;
    this.#isTraced = isTraced;
  }

  /** Milliseconds since 1970. */
  get now(): number {
    return START + this.elapsed;
  }

  /** What the clock of the present process shows. */
  readonly clock = (): number => Math.floor(this.now + this.current.ahead);

  /** How many things have happened. */
  get events(): number {
    return this.#events;
  }

  /** Of everything that was noted: the same seed gives the same. */
  get fingerprint(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  /** Notes what happens. */
  note(text: string): void {
    const line = `${this.elapsed.toFixed(3).padStart(12)}  ${text}`;
    for (let index = 0; index < line.length; index++) this.#hash = Math.imul(this.#hash ^ line.charCodeAt(index), 0x01000193) + 1;
    if (this.#isTraced) this.lines.push(line);
  }

  /** Has work done by a process, some time later; gives what calls it off. */
  after(milliseconds: number, work: () => void, process: Process = this.current): () => void {
    const happening: Happening = { at: this.elapsed + Math.max(0, milliseconds), order: this.#order++, process, work, isCalledOff: false };
    insert(this.#queue, happening);
    return () => {
      happening.isCalledOff = true;
    };
  }

  /** The same, soon: between the milliseconds given. */
  soon(process: Process, work: () => void, least = 0.01, most = 1): void {
    this.after(this.random.between(least, most), work, process);
  }

  /** Runs when nothing is left to do at this moment: the end of a task, as a browser has it. */
  atEndOfTask(work: () => void): void {
    this.#afterwards.push(work);
  }

  /** For what Node does outside its own thread of promises: time stands still until it is done. */
  standStill<Result>(work: Promise<Result>): Promise<Result> {
    this.#busy++;
    return work.finally(() => this.#busy--);
  }

  /** Waits within the simulation. */
  sleep(milliseconds: number, process: Process = this.current): Promise<void> {
    return new Promise((resolve) => {
      this.after(milliseconds, resolve, process);
    });
  }

  /** Lets things happen until `work`, done by this process, has ended. */
  async run<Result>(work: () => Promise<Result>, process: Process = this.outside): Promise<Result> {
    const ended: PromiseSettledResult<Result>[] = [];
    this.after(0, () => {
      work().then((value) => ended.push({ status: 'fulfilled', value }), (reason: unknown) => ended.push({ status: 'rejected', reason }));
    }, process);
    for (;;) {
      const [end] = ended;
      if (end?.status === 'fulfilled') return end.value;
      if (end !== undefined) throw end.reason;
      if (!await this.#step()) throw new EndlessError('Nothing is left that could happen, and it has not ended.');
    }
  }

  async #step(): Promise<boolean> {
    const next = take(this.#queue);
    if (next === undefined) return false;
    if (next.isCalledOff || !next.process.isAlive) return true;
    if (++this.#events > MOST_EVENTS) throw new EndlessError(`More than ${MOST_EVENTS} things have happened.`);
    this.elapsed = Math.max(this.elapsed, next.at);
    this.current = next.process;
    next.work();
    // All that waits for nothing but promises happens now.
    do await turnOfNode();
    while (this.#busy > 0);
    for (const work of this.#afterwards.splice(0)) work();
    this.current = this.outside;
    return true;
  }
}

function turnOfNode(): Promise<void> {
  return new Promise((resolve) => {
    yieldToNode(resolve);
  });
}

function isBefore(a: Happening, b: Happening): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** A heap: the first thing to happen is the first of the array. */
function insert(heap: Happening[], item: Happening): void {
  let at = heap.push(item) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(item, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = item;
}

function take(heap: Happening[]): Happening | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
    if (!isBefore(heap[child]!, last)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return first;
}
