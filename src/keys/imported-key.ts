import { createK256Signer, decodeCbor, encodeCbor, formatDidKey, readPrivateK256 } from '../protocol/index.ts';
import type { Signer } from '../protocol/index.ts';
import { KeysError } from './errors.ts';
import type { VaultEntry } from './key-vault.ts';

/** The name under which a vault keeps it. */
export const IMPORTED_KEY = 'k256';

const AES = 'AES-GCM';
const IV_SIZE = 12;

/** A key that was brought in, wrapped by one of WebCrypto's that cannot be read. */
export interface WrappedKey extends VaultEntry {
  readonly key: CryptoKey;
  /** `did:key` */
  readonly publicKey: string;
}

/**
 * Wraps a private K-256 key as it was written by another server, in hex or as a multikey.
 * @throws KeysError KeyInvalid
 */
export async function wrapImportedKey(text: string): Promise<WrappedKey> {
  const secret = readPrivateK256(text);
  if (secret === undefined) throw new KeysError('KeyInvalid', { reason: 'form' });
  try {
    const signer = await createK256Signer(secret);
    if (signer === undefined) throw new KeysError('KeyInvalid', { reason: 'curve' });
    const key = await crypto.subtle.generateKey({ name: AES, length: 256 }, false, ['encrypt', 'decrypt']);
    const iv = crypto.getRandomValues(new Uint8Array(IV_SIZE));
    const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: AES, iv }, key, new Uint8Array(secret)));
    const publicKey = formatDidKey(signer.publicKey);
    return { key, bytes: encodeCbor({ publicKey, iv, sealed }), publicKey };
  } finally {
    secret.fill(0);
  }
}

/**
 * Signs with a wrapped key: it is opened for `use`, and wiped when that ends.
 * @throws KeysError KeyInvalid for an entry that does not open; what `use` throws
 */
export async function withImportedKey<Result>({ bytes, key }: VaultEntry, use: (signer: Signer) => Promise<Result>): Promise<Result> {
  const secret = key && await opened(bytes, key);
  if (secret === undefined) throw new KeysError('KeyInvalid', { reason: 'wrapped' });
  try {
    const signer = await createK256Signer(secret);
    if (signer === undefined) throw new KeysError('KeyInvalid', { reason: 'wrapped' });
    return await use(signer);
  } finally {
    secret.fill(0);
  }
}

async function opened(bytes: Uint8Array, key: CryptoKey): Promise<Uint8Array | undefined> {
  try {
    const { iv, sealed } = fieldsOf(bytes);
    return new Uint8Array(await crypto.subtle.decrypt({ name: AES, iv: new Uint8Array(iv) }, key, new Uint8Array(sealed)));
  } catch {
    return undefined;
  }
}

/** The public half of a wrapped key, as `did:key`, without opening it; undefined where that cannot be read. */
export function importedPublicKey({ bytes }: VaultEntry): string | undefined {
  try {
    return fieldsOf(bytes).publicKey;
  } catch {
    return undefined;
  }
}

interface Fields {
  readonly publicKey: string;
  readonly iv: Uint8Array;
  readonly sealed: Uint8Array;
}

function fieldsOf(bytes: Uint8Array): Fields {
  return decodeCbor(bytes) as unknown as Fields;
}
