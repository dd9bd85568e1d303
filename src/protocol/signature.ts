import type { Algorithm } from './curve.ts';
import type { PublicKey } from './did-key.ts';
import { HoldfastError } from './errors.ts';

/** A signature is r and s, 32 bytes each, big-endian: never DER. */
export const SIGNATURE_SIZE = 64;

/**
 * What `#signature` gives on every platform: whether this is the signature of the SHA-256 of `message` by `key`, in the
 * one form that the protocol knows (`isStrictSignature`). Never throws for what it is given: a key that is none has
 * signed nothing. Some platforms answer at once, some later.
 */
export type VerifySignature = (key: PublicKey, message: Uint8Array, signature: Uint8Array) => boolean | Promise<boolean>;

/** Bytes to be normalised that are no signature. */
export class InvalidSignatureError extends HoldfastError<'InvalidSignature'> {
  constructor(size: number) {
    super('InvalidSignature', 'Not an ECDSA signature of 64 bytes with r and s in range', { size });
  }
}

/** The order n of the group, and the half of it (rounded down) that a low s does not exceed. */
const ORDERS: Readonly<Record<Algorithm, { readonly n: Uint8Array; readonly half: Uint8Array }>> = {
  p256: {
    n: fromHex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
    half: fromHex('7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8'),
  },
  k256: {
    n: fromHex('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'),
    half: fromHex('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0'),
  },
};

/** The order of the group of a curve, 32 bytes: private keys are from 1 to one less. */
export function curveOrder(algorithm: Algorithm): Uint8Array {
  return ORDERS[algorithm].n.slice();
}

/**
 * Whether the bytes have the one form that the protocol allows: 64 bytes, r and s from 1 to n − 1, and s at most n/2,
 * because the other s would be a second signature of the same message (https://atproto.com/specs/cryptography).
 */
export function isStrictSignature(algorithm: Algorithm, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_SIZE) return false;
  const { n, half } = ORDERS[algorithm];
  if (!isPositive(signature, 0) || !isPositive(signature, 32)) return false;
  return compare(signature, 0, n) < 0 && compare(signature, 32, half) <= 0;
}

/**
 * The same signature with its s made low: half of what WebCrypto signs has a high one. Returns its own argument when
 * there is nothing to do.
 * @throws InvalidSignatureError
 */
export function normalizeLowS(algorithm: Algorithm, signature: Uint8Array): Uint8Array {
  if (isStrictSignature(algorithm, signature)) return signature;
  const { n } = ORDERS[algorithm];
  // Not `slice`, which on a Buffer of Node gives a view.
  const low = new Uint8Array(signature);
  if (low.length === SIGNATURE_SIZE && compare(low, 32, n) < 0) subtractFrom(n, low, 32);
  if (!isStrictSignature(algorithm, low)) throw new InvalidSignatureError(signature.length);
  return low;
}

function isPositive(bytes: Uint8Array, offset: number): boolean {
  for (let i = 0; i < 32; i++) if (bytes[offset + i] !== 0) return true;
  return false;
}

function compare(bytes: Uint8Array, offset: number, to: Uint8Array): number {
  for (let i = 0; i < 32; i++) {
    const difference = bytes[offset + i]! - to[i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Puts `n − value` where the value stood. */
function subtractFrom(n: Uint8Array, bytes: Uint8Array, offset: number): void {
  let borrow = 0;
  for (let i = 31; i >= 0; i--) {
    const difference = n[i]! - bytes[offset + i]! - borrow;
    borrow = difference < 0 ? 1 : 0;
    bytes[offset + i] = difference;
  }
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
}
