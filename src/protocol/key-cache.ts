import type { PublicKey } from './did-key.ts';

const MAX_KEYS = 256;

/** What a platform made of the public keys it saw last; making it costs as much as verifying with it. */
export class KeyCache<Value> {
  readonly #values = new Map<string, Value>();

  get(key: PublicKey): Value | undefined {
    return this.#values.get(textOf(key));
  }

  /** Keeps `value`; the oldest of 256 goes for it. */
  set(key: PublicKey, value: Value): Value {
    if (this.#values.size >= MAX_KEYS) {
      const [oldest = ''] = this.#values.keys();
      this.#values.delete(oldest);
    }
    this.#values.set(textOf(key), value);
    return value;
  }
}

function textOf({ algorithm, bytes }: PublicKey): string {
  return algorithm + String.fromCharCode(...bytes);
}
