import { createHash } from 'node:crypto';
import { HoldfastError } from '../../protocol/index.ts';
import type { Cid, Did, Tid } from '../../protocol/index.ts';
import { StoreError } from '../../pds/index.ts';
import type { BlobInfo, BlobStore } from '../../pds/index.ts';
import type { AccountRow, AccountRows } from './account-rows.ts';
import type { BlobFiles } from './blob-files.ts';
import type { BlobRows } from './blob-rows.ts';
import type { BlockRows, CopyRow } from './block-rows.ts';
import type { Database } from './database.ts';
import { blobFault } from './store-fault.ts';
import type { Sweeper } from './sweeper.ts';

/** A blob that was sent and not kept. Nothing was changed. */
export class BlobRefused extends HoldfastError<'BlobTooLarge' | 'InvalidBlob' | 'QuotaExceeded'> {}

/** What blobs are kept with. */
export interface BlobParts {
  readonly database: Database;
  readonly accounts: AccountRows;
  readonly blocks: BlockRows;
  readonly blobs: BlobRows;
  readonly files: BlobFiles;
  readonly sweeper: Sweeper;
  readonly now: () => number;
}

/** Blobs of a mirror: bytes in files, the rest in its database, where `MirrorStore.commit` writes which records name them. */
export class FileBlobStore implements BlobStore {
  readonly #parts: BlobParts;

  constructor(parts: BlobParts) {
    this.#parts = parts;
  }

  /** @throws StoreError AccountMissing, StorageFull */
  put(did: Did, bytes: Uint8Array, info: Omit<BlobInfo, 'size' | 'createdAt'>): Promise<BlobInfo> {
    return this.#keep(did, [bytes], info);
  }

  /**
   * Keeps what a stream brings, if it hashes to the CID, takes at most `limit` bytes, and all blobs of the account then at most `most`.
   * Memory is one chunk.
   * @throws BlobRefused BlobTooLarge, InvalidBlob, QuotaExceeded; StoreError AccountMissing, StorageFull; what the stream throws
   */
  putStream(did: Did, stream: AsyncIterable<Uint8Array>, info: Omit<BlobInfo, 'size' | 'createdAt'>, limit: number, most?: number): Promise<BlobInfo> {
    return this.#keep(did, checked(stream, info.cid, limit), info, most);
  }

  async info(did: Did, cid: Cid): Promise<BlobInfo | undefined> {
    const account = this.#account(did);
    return account && this.#ask(() => this.#parts.blobs.info(account.id, cid.toString()));
  }

  async isReferenced(did: Did, cid: Cid): Promise<boolean> {
    const copy = this.#copy(did);
    return copy !== undefined && this.#ask(() => this.#parts.blobs.isNamed(copy.id, cid.toString()));
  }

  async namedBy(did: Did, cid: Cid): Promise<string | undefined> {
    const copy = this.#copy(did);
    return copy && this.#ask(() => this.#parts.blobs.namedBy(copy.id, cid.toString()));
  }

  async bytes(did: Did, cid: Cid): Promise<Blob | undefined> {
    const info = await this.info(did, cid);
    if (info === undefined) return undefined;
    const place = { did, blob: cid.toString() };
    const content = await this.#parts.files.read(cid.toString(), info.mimeType).catch((error: unknown) => {
      throw new StoreError('StoreDamaged', 'The file of a blob cannot be read', place, error);
    });
    if (content.size !== info.size) throw new StoreError('StoreDamaged', 'The file of a blob has another size than was stored', place);
    return content;
  }

  async list(did: Did, options: { readonly limit: number; readonly after?: string; readonly since?: Tid }): Promise<readonly Cid[]> {
    const copy = this.#copy(did);
    return copy === undefined ? [] : this.#ask(() => this.#parts.blobs.list(copy, options));
  }

  async usage(did: Did): Promise<{ readonly blobs: number; readonly bytes: number }> {
    const account = this.#account(did);
    return account === undefined ? { blobs: 0, bytes: 0 } : this.#ask(() => this.#parts.blobs.usage(account.id));
  }

  async collect(did: Did, graceMs: number): Promise<number> {
    const { database, blobs, now } = this.#parts;
    const account = this.#account(did);
    if (account === undefined) return 0;
    const count = this.#ask(() => database.transaction(() => blobs.collect(account.id, account.copy ?? 0, now() - graceMs)));
    await this.#parts.sweeper.sweep();
    return count;
  }

  /** Removes one of the files of which no row tells any more; false when there is none. */
  sweepLoose(): boolean {
    const cid = this.#ask(() => this.#parts.blobs.loose());
    if (cid !== undefined) this.#release(cid);
    return cid !== undefined;
  }

  /** After a start: what a killed process had written, and had not told of. */
  async sweepNew(): Promise<void> {
    for (const file of this.#parts.files.left()) {
      this.#release(file.cid);
      await this.#parts.files.forget({ ...file, size: 0 });
    }
  }

  /** Within a transaction, so that nobody who keeps the same blob comes between look and removal. */
  #release(cid: string): void {
    const { database, blobs, files } = this.#parts;
    this.#ask(() => database.transaction(() => {
      if (!blobs.isKept(cid)) files.remove(cid);
      blobs.settle(cid);
    }));
  }

  async #keep(
    did: Did, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, { cid, mimeType }: Omit<BlobInfo, 'size' | 'createdAt'>,
    most = Infinity,
  ): Promise<BlobInfo> {
    const { database, blobs, files, now } = this.#parts;
    this.#living(did);
    const text = cid.toString();
    const file = await files.write(text, chunks).catch((error: unknown) => {
      throw blobFault(error);
    });
    try {
      database.point('blob-written');
      return this.#ask(() => database.transaction(() => {
        const account = this.#living(did);
        const held = blobs.info(account.id, text);
        // Others may have come while this one did.
        if (held === undefined && blobs.usage(account.id).bytes + file.size > most) {
          throw new BlobRefused('QuotaExceeded', `The blobs of the account may take ${most} bytes`, { blob: text });
        }
        const isNamed = account.copy !== null && blobs.isNamed(account.copy, text);
        const info = { cid: cid.detached(), mimeType: isNamed ? held?.mimeType ?? mimeType : mimeType, size: file.size, createdAt: now() };
        files.name(text, file);
        database.point('blob-linked');
        blobs.put(account.id, info);
        return info;
      }));
    } finally {
      await files.forget(file);
    }
  }

  #account(did: Did): AccountRow | undefined {
    return this.#ask(() => this.#parts.accounts.row(did));
  }

  #living(did: Did): AccountRow {
    return this.#ask(() => this.#parts.accounts.living(did));
  }

  #copy(did: Did): CopyRow | undefined {
    const copy = this.#account(did)?.copy ?? undefined;
    return copy === undefined ? undefined : this.#ask(() => this.#parts.blocks.copy(copy));
  }

  #ask<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw blobFault(error);
    }
  }
}

async function* checked(stream: AsyncIterable<Uint8Array>, cid: Cid, limit: number): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  const place = { blob: cid.toString() };
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > limit) throw new BlobRefused('BlobTooLarge', `This mirror keeps blobs of at most ${limit} bytes`, place);
    hash.update(chunk);
    yield chunk;
  }
  if (!hash.digest().equals(cid.digest)) throw new BlobRefused('InvalidBlob', 'The bytes do not hash to the CID', place);
}
