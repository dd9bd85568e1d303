// Signatures that cost little and are the same every time: each nonce comes from a small table, drawn by the message.
// (So whoever knows the table knows the key, which is why it is only for tests.)
import { createECDH, createHash } from 'node:crypto';
import type { Signer } from '../../src/protocol/index.ts';
import { seededP256Signer } from '../../src/testing/index.ts';

/** The order of P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const NONCES = 64;

interface Nonce {
  readonly r: bigint;
  readonly inverse: bigint;
}

const nonces: readonly Nonce[] = Array.from({ length: NONCES }, (_, index) => {
  const scalar = createHash('sha256').update(`nonce ${index}`).digest();
  const point = createECDH('prime256v1');
  point.setPrivateKey(scalar);
  const x = point.getPublicKey().subarray(1, 33);
  return { r: numberOf(x) % ORDER, inverse: inverseOf(numberOf(scalar)) };
});

/** A key pair as WebCrypto holds it, and what it stands for. */
export interface SimulatedKeys {
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
  readonly signer: Signer;
  /** The public point, not compressed. */
  readonly point: Uint8Array<ArrayBuffer>;
}

/** Keys whose private part is the hash of this text. */
export async function simulatedKeys(text: string): Promise<SimulatedKeys> {
  const scalar = createHash('sha256').update(text).digest();
  const point = createECDH('prime256v1');
  point.setPrivateKey(scalar);
  const uncompressed = new Uint8Array(point.getPublicKey());
  const { publicKey } = await seededP256Signer(scalar);
  // What stands in the database in the place of the keys; nobody signs with these.
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  return { ...pair, point: uncompressed, signer: { publicKey, sign: async (message) => signatureOf(numberOf(scalar), message) } };
}

function signatureOf(secret: bigint, message: Uint8Array): Uint8Array<ArrayBuffer> {
  const digest = createHash('sha256').update(message).digest();
  const { r, inverse } = nonces[digest[0]! % NONCES]!;
  const s = inverse * (numberOf(digest) + r * secret) % ORDER;
  return new Uint8Array(Buffer.from(hexOf(r) + hexOf(s > ORDER / 2n ? ORDER - s : s), 'hex'));
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function hexOf(number: bigint): string {
  return number.toString(16).padStart(64, '0');
}

/** By Fermat. */
function inverseOf(number: bigint): bigint {
  let [result, power] = [1n, number % ORDER];
  for (let exponent = ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = result * power % ORDER;
    power = power * power % ORDER;
  }
  return result;
}
