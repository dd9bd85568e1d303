/** Streams that come for names, one at a time for each: the next ends the one before, if that stands still for long enough. */
export class StreamTurns {
  readonly #stillMs: number;
  readonly #turns = new Map<string, StreamTurn>();

  /** @param stillMs so long one may stand still while another waits, in milliseconds; with 0 another ends it at once */
  constructor(stillMs: number) {
    this.#stillMs = stillMs;
  }

  /** Whether something is coming for a name. */
  has(name: string): boolean {
    return this.#turns.has(name);
  }

  /**
   * Begins a turn when the one before has ended. Whoever sends that one may be gone without a word, so it is not waited for when it stands still.
   * @param why what the one before ends with
   */
  async begin(name: string, why: () => Error): Promise<StreamTurn> {
    for (let before = this.#turns.get(name); before !== undefined; before = this.#turns.get(name)) {
      if (this.#stillMs === 0 || !await endsWhileItMoves(before, this.#stillMs)) before.stop(why());
      await before.over;
    }
    const turn = new StreamTurn(() => this.#turns.delete(name));
    this.#turns.set(name, turn);
    return turn;
  }

  /** Ends all of them. */
  async stop(why: Error): Promise<void> {
    const turns = [...this.#turns.values()];
    for (const turn of turns) turn.stop(why);
    await Promise.all(turns.map(({ over }) => over));
  }
}

/** The turn of one stream. */
export class StreamTurn {
  readonly over: Promise<void>;
  readonly end: () => void;
  #broken: { readonly error: unknown } | undefined;
  #waitsSince: number | undefined;
  #wake: () => void = () => undefined;

  constructor(onEnd: () => void) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.over = promise;
    this.end = () => {
      onEnd();
      resolve();
      // Nobody reads any more.
      this.#wake();
    };
  }

  /** What has ended the stream before its end. */
  get broken(): { readonly error: unknown } | undefined {
    return this.#broken;
  }

  /** Since when it waits for what comes next, by `performance.now()`; undefined while what has come is worked on. */
  get waitsSince(): number | undefined {
    return this.#waitsSince;
  }

  stop(error: unknown): void {
    this.#broken ??= { error };
    this.#wake();
  }

  /** What a stream brings until it ends, breaks off or is stopped: `broken` tells then. */
  async *read(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const chunks = stream[Symbol.asyncIterator]();
    try {
      for (let step = await this.#next(chunks); step.done !== true; step = await this.#next(chunks)) yield step.value;
    } finally {
      // Who waits for bytes that do not come is not waited for.
      chunks.return?.().catch(() => undefined);
    }
  }

  /** The same. @throws what has broken it */
  async *readWhole(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.read(stream)) yield chunk;
    if (this.#broken !== undefined) throw this.#broken.error;
  }

  #next(chunks: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array, unknown>> {
    return new Promise((resolve) => {
      this.#wake = () => resolve({ done: true, value: undefined });
      if (this.#broken !== undefined) return this.#wake();
      this.#waitsSince = performance.now();
      chunks.next().then((step) => {
        this.#waitsSince = undefined;
        resolve(step);
      }, (error: unknown) => this.stop(error));
    });
  }
}

/** False as soon as it has stood still for so long. */
async function endsWhileItMoves(turn: StreamTurn, stillMs: number): Promise<boolean> {
  for (;;) {
    const now = performance.now();
    const left = (turn.waitsSince ?? now) + stillMs - now;
    if (left <= 0) return false;
    if (await endsWithin(turn.over, left)) return true;
  }
}

async function endsWithin(over: Promise<void>, ms: number): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), ms);
  const isOver = await Promise.race([over.then(() => true), late.promise]);
  clearTimeout(timer);
  return isOver;
}
