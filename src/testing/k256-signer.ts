import { P256Keypair, Secp256k1Keypair } from '@atproto/crypto';
import { parseDidKey } from '../protocol/index.ts';
import type { Signer } from '../protocol/index.ts';

/** A K-256 signer whose key is these 32 bytes (not zero), so that every run signs the same. For tests. */
export async function seededK256Signer(seed: Uint8Array): Promise<Signer> {
  return signerOf(await Secp256k1Keypair.import(seed));
}

/** A P-256 signer whose key is these 32 bytes (not zero), so that every run signs the same. For tests. */
export async function seededP256Signer(seed: Uint8Array): Promise<Signer> {
  return signerOf(await P256Keypair.import(seed));
}

function signerOf(pair: Secp256k1Keypair | P256Keypair): Signer {
  return { publicKey: parseDidKey(pair.did()), sign: (message) => pair.sign(message) };
}
