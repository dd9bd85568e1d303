import { createP256Signer, formatDidKey } from '../../protocol/index.ts';
import type { Did, Signer } from '../../protocol/index.ts';
import type { Account } from '../ports/account.ts';
import type { HouseStore } from '../ports/house-store.ts';
import { StoreError } from '../ports/store-error.ts';

/** Signers of accounts, kept as long as the account says that they are right. */
export class Signers {
  readonly #store: Pick<HouseStore, 'keys'>;
  readonly #signers = new Map<Did, Signer>();

  constructor(store: Pick<HouseStore, 'keys'>) {
    this.#store = store;
  }

  /** @throws StoreError StoreDamaged where the house does not hold the key that the account names */
  async of({ did, signingKey }: Account): Promise<Signer> {
    const known = this.#signers.get(did);
    if (known !== undefined && formatDidKey(known.publicKey) === signingKey) return known;
    const keys = await this.#store.keys(did);
    const signer = keys === undefined ? undefined : await createP256Signer(keys.signing);
    if (signer === undefined || formatDidKey(signer.publicKey) !== signingKey) {
      throw new StoreError('StoreDamaged', 'The signing key of an account is not in the store', { did });
    }
    this.#signers.set(did, signer);
    return signer;
  }
}
