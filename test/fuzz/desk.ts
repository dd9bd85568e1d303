import { MAX_INPUT_BYTES } from './limits.ts';

/** The input under work, in memory that two threads share: what stops a thread is still readable from the other. */
export class Desk {
  readonly memory: SharedArrayBuffer;
  readonly #numbers: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(memory = new SharedArrayBuffer(8 + MAX_INPUT_BYTES)) {
    this.memory = memory;
    this.#numbers = new Int32Array(memory, 0, 2);
    this.#bytes = new Uint8Array(memory, 8);
  }

  /** How many inputs have been laid here. */
  get count(): number {
    return Atomics.load(this.#numbers, 0);
  }

  get input(): Uint8Array {
    return this.#bytes.slice(0, Atomics.load(this.#numbers, 1));
  }

  lay(input: Uint8Array): void {
    this.#bytes.set(input);
    Atomics.store(this.#numbers, 1, input.length);
    Atomics.add(this.#numbers, 0, 1);
  }
}
