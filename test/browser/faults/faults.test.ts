// A fault at every request that a writing operation makes of IndexedDB. Afterwards all of the house is verified from its
// stored bytes: what was acknowledged is there once, what was refused left nothing, and the same request again is answered.
import { seeded } from '../../bench/generator.ts';
import { ok } from '../assert.ts';
import { deleteHouse } from '../house-store-support.ts';
import { FAULT_KINDS } from './fault-points.ts';
import type { FaultKind } from './fault-points.ts';
import type { Order } from './fault-worker.ts';
import { carryOut, endWorkers, readPlan, report } from './hurt.ts';
import type { Outcome, Plan } from './hurt.ts';
import { judge, same } from './judge.ts';
import type { Facts } from './judge.ts';
import { OPERATIONS, operationCase } from './operations.ts';
import type { OperationName, Shape } from './operations.ts';
import { makeFiles } from './restorable-files.ts';
import type { Files } from './restored.ts';
import { makeTemplate } from './template.ts';
import type { Template } from './template.ts';

const REQUEST = 'the-request-that-is-hurt';
const templates = new Map<Shape, Promise<Template>>();
let files: Promise<Files> | undefined;
let houses = 0;

describe('whatever happens to a house while it writes', () => {
  after(endWorkers);
  for (const [index, name] of (Object.keys(OPERATIONS) as OperationName[]).entries()) {
    it(`${name}: nothing is lost, nothing is there twice`, async function () {
      this.timeout(0);
      const plan = await readPlan();
      // A sample has each kind of each operation in one of the browsers, in another one the next time.
      if (plan.wanted === undefined && !plan.isAll && (index + plan.seed) % 3 !== browserNumber()) return;
      if (plan.wanted?.every(({ operation }) => operation !== name) === true) return;
      const operation = await Operation.of(name);
      const wrong: string[] = [];
      for (const kind of FAULT_KINDS) wrong.push(...await operation.hurt(kind, plan));
      same('what went wrong', wrong.join('\n'), '');
    });
  }
});

function browserNumber(): number {
  // WebKit names neither.
  return ['Chrome', 'Firefox'].findIndex((name) => navigator.userAgent.includes(name)) + 1;
}

/** What a house is like before and after, with and without the write that follows. */
interface Baseline {
  readonly before: Facts;
  readonly after: Facts;
}

class Operation {
  readonly #name: OperationName;
  readonly #template: Template;
  readonly #files: Files | undefined;
  readonly #counts: Readonly<Record<FaultKind, number>>;
  readonly #alone: Baseline;
  readonly #followed: Baseline;

  private constructor(
    name: OperationName, template: Template, files: Files | undefined, counts: Readonly<Record<FaultKind, number>>, alone: Baseline, followed: Baseline,
  ) {
    this.#name = name;
    this.#template = template;
    this.#files = files;
    this.#counts = counts;
    this.#alone = alone;
    this.#followed = followed;
  }

  /** Does it with nothing in its way, and counts the points. */
  static async of(name: OperationName): Promise<Operation> {
    const { shape } = operationCase(name);
    if (!templates.has(shape)) templates.set(shape, makeTemplate(shape, `template-${crypto.randomUUID()}`));
    const template = await templates.get(shape)!;
    if (name === 'restore') files ??= makeFiles();
    const given = name === 'restore' ? await files : undefined;
    let counts: Outcome['counts'];
    const facts = (operation: OperationName | undefined, goesOn: boolean): Promise<Facts> => inCopy(template, async (house) => {
      const outcome = await carryOut({ ...orderOf(house, given), goesOn, ...(operation !== undefined && { operation }) });
      ok((outcome.given ?? outcome.next)?.status === 200 || operation === undefined, `${name} answered ${outcome.given?.text}`);
      if (operation !== undefined && !goesOn) ({ counts } = outcome);
      return judge(house, template);
    });
    const goesOn = canGoOn(name);
    const alone = { before: await facts(undefined, false), after: await facts(name, false) };
    checkTidied(name, alone);
    const followed = goesOn ? { before: await facts(undefined, true), after: await facts(name, true) } : alone;
    return new Operation(name, template, given, counts!, alone, followed);
  }

  /** Lets the fault happen at every point, or at one. @returns what went wrong */
  async hurt(kind: FaultKind, { isAll, seed, wanted }: Plan): Promise<string[]> {
    const points = this.#counts[kind];
    const own = wanted?.filter((one) => one.operation === this.#name && (one.kind ?? kind) === kind);
    if (points === 0 || own?.length === 0) return [];
    const wrong: string[] = [];
    const random = seeded(seed + FAULT_KINDS.indexOf(kind) + 100 * Object.keys(OPERATIONS).indexOf(this.#name));
    const all = Array.from({ length: points }, (_, at) => at + 1);
    const planned = own !== undefined
      ? all.filter((at) => own.some((one) => (one.at ?? at) === at))
      : isAll ? all : [1 + Math.floor(random() * points)];
    const row = { operation: this.#name, kind, points, planned: planned.length, fired: 0, acknowledged: 0, refused: 0, unanswered: 0 };
    for (const at of planned) {
      const outcome = await this.#once(kind, at).catch((error: unknown) => {
        wrong.push(`${this.#name}, ${kind} at point ${at} of ${points} (seed ${seed}): ${String((error as Error).message)}`);
      });
      if (outcome === undefined) continue;
      row.fired += outcome.fired > 0 ? 1 : 0;
      if (outcome.given === undefined) row.unanswered++;
      else if (outcome.given.status === 200) row.acknowledged++;
      else row.refused++;
    }
    await report({ ...row, wrong });
    if (row.fired + wrong.length !== planned.length) wrong.push(`${this.#name}, ${kind}: ${row.fired} of ${planned.length} faults happened`);
    return wrong;
  }

  #once(kind: FaultKind, at: number): Promise<Outcome> {
    return inCopy(this.#template, async (house) => {
      const order = { ...orderOf(house, this.#files), operation: this.#name };
      const outcome = await carryOut({ ...order, goesOn: canGoOn(this.#name), fault: { kind, at } });
      const { given, next, isStopped } = outcome;
      const { before, after } = isStopped ? this.#alone : this.#followed;
      if (!isStopped && canGoOn(this.#name)) same('the status of the write that followed', next?.status, 200);
      const found = await judge(house, this.#template);
      const isAcknowledged = given?.status === 200;
      const isRefused = given !== undefined && !isAcknowledged && !(kind === 'lost for good' && isUnsure(given.text));
      if (found.contents !== after.contents || isRefused) same(`what is there after ${given?.text ?? 'no answer'}`, found.contents, isAcknowledged ? after.contents : before.contents);
      // What is folded may be anywhere on its way; else not a row is there that does not belong.
      if (operationCase(this.#name).shape === 'small' && (found.rows !== after.rows || isRefused)) same('rows', found.rows, isAcknowledged ? after.rows : before.rows);
      await this.#again({ ...order, goesOn: false }, outcome, after);
      return outcome;
    });
  }

  /** The same request comes again, as a browser repeats it: it is answered as before, or done now, and all is as it should be. */
  async #again(order: Order, { given, isStopped }: Outcome, after: Facts): Promise<void> {
    const again = await carryOut(order);
    const isThereAlready = this.#name === 'restore' && again.given?.text.includes('AccountExists') === true;
    if (!isThereAlready) same('the status of the repeat', again.given?.status, 200);
    if (given?.status === 200 && operationCase(this.#name).isKept) same('the answer to the repeat', again.given?.text, given.text);
    const found = await judge(order.name, this.#template);
    same('what is there after the repeat', found.contents, after.contents);
    // A write that came between may have been folded with the rest, or not.
    if (isStopped || operationCase(this.#name).shape === 'small') same('rows after the repeat', found.rows, after.rows);
  }
}

/** What is due is really done: else nothing would be hurt in the middle of it. */
function checkTidied(name: OperationName, { before, after }: Baseline): void {
  const { shape } = operationCase(name);
  if (shape !== 'due to fold' && shape !== 'due to compact') return;
  const [counts, left] = [before, after].map(({ rows }) => Object.fromEntries(JSON.parse(rows) as [string, number][]));
  ok(counts!['tail']! > 0 && left!['tail'] === 0, `${name}: the tail was not folded`);
  same(`${name}: packs`, left!['indexes'], 1);
  same(`${name}: packs before`, counts!['indexes'], shape === 'due to fold' ? 0 : 1);
}

/** The first version's account has no key of the right kind to go on with. */
function canGoOn(name: OperationName): boolean {
  return operationCase(name).shape !== 'first version';
}

function orderOf(name: string, files: Files | undefined): Omit<Order, 'goesOn'> {
  return { name, requestId: REQUEST, ...(files !== undefined && { files }) };
}

async function inCopy<Result>(template: Template, work: (name: string) => Promise<Result>): Promise<Result> {
  const name = `hurt-${Date.now()}-${++houses}`;
  await template.copyTo(name);
  const result = await work(name);
  await deleteHouse(name);
  return result;
}

/** Whether the house says that it does not know: its connection was lost for good, maybe after all was durable. */
function isUnsure(text: string): boolean {
  return text.includes('StoreClosed') && !/nothing (?:in this house )?was changed/i.test(text);
}
