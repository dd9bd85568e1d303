import { KeysError } from './errors.ts';

/** The length of a private key of either curve, in bytes. */
export const SECRET_SIZE = 32;

/**
 * The 32 bytes of a private key, for the short time that they are in memory. They show in no log and no JSON, and a
 * message port carries none of them. Whoever makes one wipes it.
 */
export class Secret {
  readonly #bytes: Uint8Array;
  #wiped = false;

  /**
   * Takes the bytes over: they are wiped with the secret.
   * @throws KeysError KeyInvalid when they are not 32
   */
  constructor(bytes: Uint8Array) {
    if (bytes.length !== SECRET_SIZE) throw new KeysError('KeyInvalid', { reason: 'length' });
    this.#bytes = bytes;
  }

  /**
   * Shows the bytes to `use`, which keeps no reference to them.
   * @throws KeysError SecretWiped
   */
  reveal<Result>(use: (bytes: Uint8Array) => Result): Result {
    if (this.#wiped) throw new KeysError('SecretWiped');
    return use(this.#bytes);
  }

  /**
   * Whether both are the same; how long that takes says nothing of where they differ.
   * @throws KeysError SecretWiped
   */
  equals(other: Secret): boolean {
    return this.reveal((mine) => other.reveal((theirs) => sameBytes(mine, theirs)));
  }

  /** Overwrites the bytes. May be called again. */
  wipe(): void {
    this.#bytes.fill(0);
    this.#wiped = true;
  }

  toJSON(): string {
    return '[secret]';
  }

  toString(): string {
    return '[secret]';
  }
}

/** Whether these are the same bytes, in a time that depends on their lengths alone. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}
