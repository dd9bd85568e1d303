import { curveOrder, decompressPoint, generateP256Key } from '../protocol/index.ts';
import { KeysError } from './errors.ts';
import { Secret, SECRET_SIZE } from './secret.ts';
import type { P256KeyPair, PublicKey } from '../protocol/index.ts';

/** A pair that signs (`createP256Signer`) and cannot be read, with its public key as the protocol has it. */
export interface OwnKeyPair {
  readonly pair: P256KeyPair;
  readonly publicKey: PublicKey;
}

export interface SealedKeyPair<Sealed> extends OwnKeyPair {
  /** What `seal` made of the private key. */
  readonly sealed: Sealed;
}

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const ECDH = { name: 'ECDH', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
const PROBE = new TextEncoder().encode('holdfast: does this private key belong to this public key?');

/** What stands before the scalar in PKCS 8 (RFC 5958, RFC 5915) when no public key follows. */
const PKCS8_START = fromHex('3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420');
/** The last five bytes of that: version 1, then an octet string of 32 bytes. */
const SCALAR_MARK = PKCS8_START.subarray(-5);
/** One more than the greatest private key. */
const ORDER = curveOrder('p256');
/** The base point of P-256 in full (SEC 2, section 2.4.2). */
const BASE_POINT = fromHex(
  '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296'
  + '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
);

/**
 * A new P-256 key that is extractable for one moment: `seal` sees the private key (to put it into a recovery kit), then
 * it is wiped, whatever `seal` did. The pair was imported from the very bytes that `seal` saw, and has signed with them.
 * Two keys for one kit: seal the second within the first.
 * @throws what `seal` throws; then there is no key
 */
export async function sealedKeyPair<Sealed>(
  seal: (secret: Secret, publicKey: PublicKey) => Promise<Sealed>,
): Promise<SealedKeyPair<Sealed>> {
  const secret = await newSecret();
  try {
    const { pair, publicKey } = await importKeyPair(secret);
    return { pair, publicKey, sealed: await seal(secret, publicKey) };
  } finally {
    secret.wipe();
  }
}

/**
 * The pair of a P-256 private key, not extractable, with its public key found. The secret stays with the caller.
 * @throws KeysError KeyInvalid when it is not a scalar of the curve
 */
export async function importKeyPair(secret: Secret): Promise<OwnKeyPair> {
  if (!secret.reveal(isScalar)) throw new KeysError('KeyInvalid');
  const pkcs8 = secret.reveal((scalar) => new Uint8Array([...PKCS8_START, ...scalar]));
  try {
    const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, ECDSA, false, ['sign']);
    const x = await publicX(pkcs8);
    const signature = await crypto.subtle.sign(SIGNATURE, privateKey, PROBE);
    // The x of a point belongs to two keys; only one of them verifies.
    for (const parity of [2, 3]) {
      const bytes = Uint8Array.of(parity, ...x);
      const point = decompressPoint('p256', bytes);
      if (point === undefined) break;
      const publicKey = await crypto.subtle.importKey('raw', new Uint8Array(point), ECDSA, true, ['verify']);
      if (await crypto.subtle.verify(SIGNATURE, publicKey, signature, PROBE)) {
        return { pair: { publicKey, privateKey }, publicKey: { algorithm: 'p256', bytes } };
      }
    }
  } catch {
    // What WebCrypto says of such bytes differs by browser and helps nobody.
  } finally {
    pkcs8.fill(0);
  }
  throw new KeysError('KeyInvalid');
}

/**
 * The x of the public point. A private key without its public part gives neither JWK nor point in Firefox; the shared
 * secret with the base point is that x in every browser.
 */
async function publicX(pkcs8: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const [scalar, base] = await Promise.all([
    crypto.subtle.importKey('pkcs8', pkcs8, ECDH, false, ['deriveBits']),
    crypto.subtle.importKey('raw', BASE_POINT, ECDH, true, []),
  ]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: base }, scalar, 8 * SECRET_SIZE));
}

/**
 * Whether this is above zero and below the order of the curve, which WebKit does not ask. Takes the same time for all.
 */
function isScalar(bytes: Uint8Array): boolean {
  let some = 0;
  let borrow = 0;
  for (let i = SECRET_SIZE - 1; i >= 0; i--) {
    some |= bytes[i]!;
    borrow = ((bytes[i]! - ORDER[i]! - borrow) >> 8) & 1;
  }
  return some !== 0 && borrow === 1;
}

async function newSecret(): Promise<Secret> {
  const { privateKey } = await generateP256Key(true);
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', privateKey));
  try {
    const last = PKCS8_START.length + SCALAR_MARK.length;
    for (let at = 0; at <= last; at++) {
      if (!SCALAR_MARK.every((byte, index) => pkcs8[at + index] === byte)) continue;
      const start = at + SCALAR_MARK.length;
      return new Secret(pkcs8.slice(start, start + SECRET_SIZE));
    }
    throw new KeysError('KeyInvalid', { reason: 'form' });
  } finally {
    pkcs8.fill(0);
  }
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
