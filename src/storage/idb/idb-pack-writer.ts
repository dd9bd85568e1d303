import type { Cid } from '../../protocol/index.ts';
import type { Block } from '../../repo/index.ts';
import type { Account, AccountKeys, PackWriter } from '../../pds/index.ts';
import type { PackBuilder } from './pack-builder.ts';

/** What makes an account of a finished pack; of the store. */
export type Adopt = (
  account: Account, keys: AccountKeys, builder: PackBuilder, blobs: ReadonlyMap<string, readonly Cid[]>,
) => Promise<void>;

/** A repository that is built aside. Whoever holds its lock lives: without it the pack is swept away. */
export class IdbPackWriter implements PackWriter {
  readonly #builder: PackBuilder;
  readonly #adopt: Adopt;
  readonly #release: () => void;
  readonly #references = new Map<string, readonly Cid[]>();

  constructor(builder: PackBuilder, adopt: Adopt, release: () => void) {
    this.#builder = builder;
    this.#adopt = adopt;
    this.#release = release;
  }

  async add(blocks: readonly Block[], blobs?: ReadonlyMap<string, readonly Cid[]>): Promise<void> {
    await this.#builder.add(blocks);
    for (const [path, cids] of blobs ?? []) this.#references.set(path, cids.map((cid) => cid.detached()));
  }

  async adopt(account: Account, keys: AccountKeys): Promise<void> {
    await this.#adopt(account, keys, this.#builder, this.#references);
    this.#release();
  }

  async discard(): Promise<void> {
    try {
      await this.#builder.discard();
    } finally {
      // What could not be removed is swept, once nobody holds the lock.
      this.#release();
    }
  }
}
