import { setImmediate } from 'node:timers/promises';

/** Does what may be left for later, a part at a time, with a turn for others between. */
export class Sweeper {
  /** Each does a part of some work; false when there is none. */
  readonly #parts: readonly (() => boolean)[];
  readonly #isOpen: () => boolean;
  #running: Promise<void> | undefined;

  constructor(isOpen: () => boolean, ...parts: readonly (() => boolean)[]) {
    this.#isOpen = isOpen;
    this.#parts = parts;
  }

  /** Resolves when nothing is left. */
  sweep(): Promise<void> {
    return this.#running ??= this.#run().finally(() => this.#running = undefined);
  }

  /** The same, for those who do not wait; what fails is tried again by the next. */
  begin(): void {
    this.sweep().catch(() => undefined);
  }

  /** Resolves when nothing of it runs any more. */
  async ended(): Promise<void> {
    await this.#running?.catch(() => undefined);
  }

  async #run(): Promise<void> {
    while (this.#isOpen() && this.#parts.some((part) => part())) await setImmediate();
  }
}
