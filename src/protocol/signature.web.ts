import { decompressPoint } from './curve.ts';
import { formatDidKey } from './did-key.ts';
import type { PublicKey } from './did-key.ts';
import { KeyCache } from './key-cache.ts';
import { isStrictSignature } from './signature.ts';

/** See `VerifySignature`; answers later. K-256, which WebCrypto does not know, is loaded when it is first asked for. */
export function verifySignature(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean | Promise<boolean> {
  if (!isStrictSignature(key.algorithm, signature)) return false;
  return key.algorithm === 'p256' ? verifyP256(key, message, signature) : verifyK256(key, message, signature);
}

async function verifyP256(key: PublicKey, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const known = await cryptoKey(key);
  if (known === undefined) return false;
  // WebCrypto takes no view on shared memory, and the types say so; copies of some hundred bytes cost nothing.
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, known, new Uint8Array(signature), new Uint8Array(message));
}

async function verifyK256(key: PublicKey, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const { verifySignature: verify } = await import('@atproto/crypto');
  if (decompressPoint('k256', key.bytes) === undefined) return false;
  return verify(formatDidKey(key), message, signature, { allowMalleableSig: false });
}

const keys = new KeyCache<Promise<CryptoKey>>();

function cryptoKey(key: PublicKey): Promise<CryptoKey> | undefined {
  const known = keys.get(key);
  if (known !== undefined) return known;
  // Not every browser imports a compressed point, so it is decompressed here, which also says whether it is one.
  const point = decompressPoint('p256', key.bytes);
  if (point === undefined) return undefined;
  const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' };
  return keys.set(key, crypto.subtle.importKey('raw', new Uint8Array(point), ecdsa, false, ['verify']));
}
