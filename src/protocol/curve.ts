/** The two curves of the protocol (https://atproto.com/specs/cryptography): P-256, and K-256 which is secp256k1. */
export type Algorithm = 'p256' | 'k256';

interface Curve {
  /** The prime of the field; for both curves it is 3 modulo 4, which makes square roots one power. */
  readonly p: bigint;
  /** y² = x³ + ax + b */
  readonly a: bigint;
  readonly b: bigint;
}

// SEC 2, sections 2.4.1 and 2.4.2.
const CURVES: Readonly<Record<Algorithm, Curve>> = {
  p256: {
    p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    a: -3n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  k256: {
    p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn,
    a: 0n,
    b: 7n,
  },
};

/** A point compressed: 02 or 03 for an even or odd y, then x. */
export const COMPRESSED_SIZE = 33;
/** A point in full: 04, x, y. */
export const UNCOMPRESSED_SIZE = 65;

/**
 * The 65 bytes of a point of 33, or `undefined` when these are not a point of the curve (SEC 1, section 2.3.4).
 * For public keys only: how long it takes depends on the point.
 */
export function decompressPoint(algorithm: Algorithm, bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length !== COMPRESSED_SIZE || (bytes[0] !== 2 && bytes[0] !== 3)) return undefined;
  const { p } = CURVES[algorithm];
  const x = toInteger(bytes, 1);
  if (x >= p) return undefined;
  const square = ySquared(algorithm, x);
  const root = power(square, (p + 1n) / 4n, p);
  if ((root * root) % p !== square) return undefined;
  const y = (root & 1n) === BigInt(bytes[0] & 1) ? root : p - root;
  const point = new Uint8Array(UNCOMPRESSED_SIZE);
  point[0] = 4;
  point.set(bytes.subarray(1), 1);
  writeInteger(y, point, COMPRESSED_SIZE);
  return point;
}

/** The 33 bytes of a point of 65, or `undefined` when these are not a point of the curve. */
export function compressPoint(algorithm: Algorithm, bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length !== UNCOMPRESSED_SIZE || bytes[0] !== 4) return undefined;
  const { p } = CURVES[algorithm];
  const x = toInteger(bytes, 1);
  const y = toInteger(bytes, COMPRESSED_SIZE);
  if (x >= p || y >= p || (y * y) % p !== ySquared(algorithm, x)) return undefined;
  const point = bytes.slice(0, COMPRESSED_SIZE);
  point[0] = 2 | Number(y & 1n);
  return point;
}

function ySquared(algorithm: Algorithm, x: bigint): bigint {
  const { p, a, b } = CURVES[algorithm];
  const square = (x * x * x + a * x + b) % p;
  return square < 0n ? square + p : square;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let factor = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
  }
  return result;
}

/** The 32 bytes at `offset`, big-endian. */
function toInteger(bytes: Uint8Array, offset: number): bigint {
  let value = 0n;
  for (let i = 0; i < 32; i++) value = (value << 8n) | BigInt(bytes[offset + i]!);
  return value;
}

function writeInteger(value: bigint, into: Uint8Array, offset: number): void {
  let rest = value;
  for (let i = 31; i >= 0; i--) {
    into[offset + i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}
