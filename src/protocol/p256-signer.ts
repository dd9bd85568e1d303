import { compressPoint } from './curve.ts';
import { InvalidKeyError } from './did-key.ts';
import type { PublicKey } from './did-key.ts';
import { normalizeLowS } from './signature.ts';
import type { Signer } from './signer.ts';

/** A key pair of WebCrypto, which not every platform's types name. */
export interface P256KeyPair {
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

/** A new P-256 key pair of WebCrypto. One that is not extractable can be stored and used, but never read. */
export function generateP256Key(extractable: boolean): Promise<P256KeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, extractable, ['sign', 'verify']);
}

/**
 * Signs with a P-256 key pair of WebCrypto, extractable or not.
 * @throws InvalidKeyError when the pair is of another curve
 */
export async function createP256Signer({ publicKey, privateKey }: P256KeyPair): Promise<Signer> {
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey));
  const bytes = compressPoint('p256', point);
  if (bytes === undefined) throw new InvalidKeyError('algorithm');
  return new P256Signer({ algorithm: 'p256', bytes }, privateKey);
}

class P256Signer implements Signer {
  readonly publicKey: PublicKey;
  readonly #privateKey: CryptoKey;

  constructor(publicKey: PublicKey, privateKey: CryptoKey) {
    this.publicKey = publicKey;
    this.#privateKey = privateKey;
  }

  async sign(message: Uint8Array): Promise<Uint8Array> {
    const ecdsa = { name: 'ECDSA', hash: 'SHA-256' };
    // WebCrypto takes no view on shared memory, and the types say so.
    const signature = await crypto.subtle.sign(ecdsa, this.#privateKey, new Uint8Array(message));
    // WebCrypto makes a high s as often as a low one.
    return normalizeLowS('p256', new Uint8Array(signature));
  }
}
