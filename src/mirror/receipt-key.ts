import { importKeyPair, Secret, sealedKeyPair } from '../keys/index.ts';
import type { MirrorStore } from '../mirroring/index.ts';
import { createP256Signer } from '../protocol/index.ts';
import type { Signer } from '../protocol/index.ts';

const NAME = 'receipt-key';

/** The key that signs the receipts of this mirror: made at its first start, kept in its store, the same ever after. */
export async function receiptKey(store: MirrorStore): Promise<Signer> {
  const { sealed: candidate } = await sealedKeyPair(async (secret) => secret.reveal((scalar) => scalar.slice()));
  const secret = new Secret(await store.firstFact(NAME, candidate));
  candidate.fill(0);
  try {
    return await createP256Signer((await importKeyPair(secret)).pair);
  } finally {
    secret.wipe();
  }
}
