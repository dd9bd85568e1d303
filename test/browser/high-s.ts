import type { Algorithm } from '../../src/protocol/index.ts';

const ORDERS = {
  p256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  k256: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
} as const;

/** The other signature of the same message, with n − s for s, that anyone can make from the one with the low s. */
export function highS(algorithm: Algorithm, signature: Uint8Array): Uint8Array {
  let s = 0n;
  for (const byte of signature.subarray(32)) s = (s << 8n) | BigInt(byte);
  const other = signature.slice();
  let rest = ORDERS[algorithm] - s;
  for (let i = 63; i >= 32; i--) {
    other[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return other;
}
