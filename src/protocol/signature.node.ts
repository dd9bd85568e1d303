import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { COMPRESSED_SIZE } from './curve.ts';
import type { Algorithm } from './curve.ts';
import type { PublicKey } from './did-key.ts';
import { KeyCache } from './key-cache.ts';
import { isStrictSignature } from './signature.ts';

/** What stands before a compressed point in a SubjectPublicKeyInfo (RFC 5480): the OIDs of ECDSA and of the curve. */
const SPKI_HEADS: Readonly<Record<Algorithm, Buffer>> = {
  p256: Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex'),
  k256: Buffer.from('3036301006072a8648ce3d020106052b8104000a032200', 'hex'),
};

/** See `VerifySignature`; answers at once. */
export function verifySignature(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  if (!isStrictSignature(key.algorithm, signature)) return false;
  const known = keyObject(key);
  return known !== undefined && verify('sha256', message, { key: known, dsaEncoding: 'ieee-p1363' }, signature);
}

const keys = new KeyCache<KeyObject>();

function keyObject(key: PublicKey): KeyObject | undefined {
  // OpenSSL overlooks what follows a key.
  if (key.bytes.length !== COMPRESSED_SIZE) return undefined;
  const known = keys.get(key);
  if (known !== undefined) return known;
  try {
    const spki = Buffer.concat([SPKI_HEADS[key.algorithm], key.bytes]);
    return keys.set(key, createPublicKey({ key: spki, format: 'der', type: 'spki' }));
  } catch {
    return undefined;
  }
}
