import type { Cid, Did } from '../../protocol/index.ts';
import type { Block } from '../../repo/index.ts';
import { MirrorStoreError } from '../../mirroring/index.ts';
import type { CopyWriter, StoredEvent } from '../../mirroring/index.ts';
import type { CopyRow } from './block-rows.ts';
import { checkHead, lead, tell } from './parts.ts';
import type { StoreParts } from './parts.ts';

/** A repository that is taken in aside: rows of a copy that no account points at yet. */
export class SqliteCopyWriter implements CopyWriter {
  readonly #parts: StoreParts;
  readonly #did: Did;
  readonly #id: number;
  /** What it is to replace, and the commit that was at. */
  readonly #before: CopyRow | undefined;
  readonly #begunOn: Cid | undefined;
  #bytes = 0;

  constructor(parts: StoreParts, did: Did) {
    this.#parts = parts;
    this.#did = did;
    const { accounts, blocks, database } = parts;
    const { id, before, head } = database.transaction(() => {
      const row = accounts.living(did);
      return {
        id: blocks.stage(row.id),
        before: row.copy === null ? undefined : blocks.copy(row.copy),
        head: accounts.account(row).head,
      };
    });
    this.#id = id;
    this.#before = before;
    this.#begunOn = head?.cid;
  }

  async add(blocks: readonly Block[], blobs: ReadonlyMap<string, readonly Cid[]> = new Map()): Promise<void> {
    const { database, ...rows } = this.#parts;
    this.#bytes += database.transaction(() => {
      this.#checkStaged();
      rows.blobs.referStaged(this.#id, blobs, this.#before);
      return rows.blocks.putStaged(this.#id, blocks, this.#before);
    });
    database.point('copied');
  }

  async adopt({ expected, head, signingKey, collections, events }: Parameters<CopyWriter['adopt']>[0]): Promise<readonly StoredEvent[]> {
    const { database, accounts, blocks, blobs, now } = this.#parts;
    return database.transaction(() => {
      const row = accounts.living(this.#did);
      checkHead(row, expected);
      this.#checkStaged();
      if (!isSame(accounts.account(row).head?.cid, this.#begunOn)) blocks.forgetRevs(this.#id);
      if (row.copy !== null) {
        blocks.replace(row.copy, now());
        blobs.hand(row.id, row.copy, this.#id, now());
      }
      blocks.adopt(this.#id, head.rev);
      accounts.clearCollections(row.id);
      accounts.grow(row.id, collections);
      lead(this.#parts, row.id, { head, signingKey, copy: this.#id, bytes: this.#bytes });
      database.point('adopted');
      return tell(this.#parts, row, events);
    });
  }

  async discard(): Promise<void> {
    const { database, blocks } = this.#parts;
    database.transaction(() => {
      if (blocks.copy(this.#id)?.state === 'staged') blocks.remove(this.#id);
    });
    this.#parts.sweeper.begin();
  }

  /** The account may have been deleted meanwhile, and its copies with it. */
  #checkStaged(): void {
    if (this.#parts.blocks.copy(this.#id)?.state === 'staged') return;
    throw new MirrorStoreError('AccountMissing', 'What was taken in aside is no more', { did: this.#did });
  }
}

function isSame(a: Cid | undefined, b: Cid | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}
