import { createHash } from 'node:crypto';
import type { Cid, Did, Tid } from '../../protocol/index.ts';
import { StoreError } from '../../pds/index.ts';
import type { BlobInfo, BlobStore } from '../../pds/index.ts';
import type { AccountRow } from './account-rows.ts';
import type { BlobFiles, NewFile } from './blob-files.ts';
import { noRoom, otherBytes, tooLarge } from './blob-refused.ts';
import { BlobUploads } from './blob-uploads.ts';
import type { NewBlob, UploadParts } from './blob-uploads.ts';
import type { BlockRows, CopyRow } from './block-rows.ts';
import { ComingBlobs } from './coming-blobs.ts';
import type { ComingBlob } from './coming-blobs.ts';
import { blobFault } from './store-fault.ts';

/** What blobs are kept with. */
export interface BlobParts extends UploadParts {
  readonly blocks: BlockRows;
  readonly files: BlobFiles;
}

/** A blob of so many bytes, at most, is read in one go: no longer than what else is done for a request. */
const SMALL = 262_144;

/** Blobs of a mirror: bytes in files, the rest in its database, where `MirrorStore.commit` writes which records name them. */
export class FileBlobStore implements BlobStore {
  /** Those that come in parts. */
  readonly uploads: BlobUploads;
  readonly #parts: BlobParts;
  readonly #coming: ComingBlobs;
  /** CIDs of files that may have no row, and could not be looked after when that came about. */
  readonly #doubtful = new Set<string>();

  constructor(parts: BlobParts) {
    this.#parts = parts;
    this.#coming = new ComingBlobs(parts.blobs);
    this.uploads = new BlobUploads(parts, (did, file, info, most) => this.#keep(did, file, info, most), this.#coming);
  }

  /** @throws StoreError AccountMissing, StorageFull */
  put(did: Did, bytes: Uint8Array, info: NewBlob): Promise<BlobInfo> {
    return this.#write(did, [bytes], info);
  }

  /**
   * Keeps what a stream brings, if it hashes to the CID, takes at most `limit` bytes, and all blobs of the account then at most `most`.
   * Memory is one chunk. What comes takes its room before it is whole, and `size`, where that is announced, before anything is read; it ends who
   * sends the same blob.
   * @throws BlobRefused BlobTooLarge, InvalidBlob, QuotaExceeded, TooManyUploads, UploadTaken; StoreError AccountMissing, StorageFull; what the
   *   stream throws
   */
  async putStream(did: Did, stream: AsyncIterable<Uint8Array>, info: NewBlob & Partial<Pick<BlobInfo, 'size'>>, limit: number, most = Infinity): Promise<BlobInfo> {
    const { cid, size = 0 } = info;
    const account = this.#living(did);
    if (size > limit) throw tooLarge(cid.toString(), limit);
    const coming = await this.#coming.begin(account.id, cid.toString(), most);
    try {
      coming.take(size);
      return await this.#write(did, checked(stream, cid, limit, coming), info, most, coming);
    } finally {
      coming.end();
    }
  }

  async info(did: Did, cid: Cid): Promise<BlobInfo | undefined> {
    return this.#ask(() => this.#parts.blobs.infoOf(did, cid.toString()));
  }

  async isReferenced(did: Did, cid: Cid): Promise<boolean> {
    return this.#ask(() => this.#parts.blobs.isNamedOf(did, cid.toString()));
  }

  async namedBy(did: Did, cid: Cid): Promise<string | undefined> {
    const copy = this.#copy(did);
    return copy && this.#ask(() => this.#parts.blobs.namedBy(copy.id, cid.toString()));
  }

  async bytes(did: Did, cid: Cid): Promise<Blob | undefined> {
    const info = await this.info(did, cid);
    return info && opened(did, info, () => this.#parts.files.read(cid.toString(), info.mimeType));
  }

  async small(did: Did, cid: Cid): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const info = await this.info(did, cid);
    return info === undefined || info.size > SMALL ? undefined : opened(did, info, () => this.#parts.files.readNow(cid.toString()));
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
    const cid = this.#doubtful.values().next().value ?? this.#ask(() => this.#parts.blobs.loose());
    if (cid !== undefined) this.#release(cid);
    return cid !== undefined;
  }

  /** After a start: what a killed process had written, and had not told of. */
  async sweepNew(): Promise<void> {
    for (const file of this.#parts.files.left()) {
      this.#release(file.cid);
      await this.#parts.files.forget({ ...file, size: 0 });
    }
    // One that was named, and not told of, is where it was as well.
    for (const { cid } of this.#parts.files.uploads.keys()) this.#release(cid);
  }

  /** Within a transaction, so that nobody who keeps the same blob comes between look and removal. */
  #release(cid: string): void {
    const { database, blobs, files } = this.#parts;
    this.#ask(() => database.transaction(() => {
      if (!blobs.isKept(cid)) files.remove(cid);
      blobs.settle(cid);
    }));
    this.#doubtful.delete(cid);
  }

  async #write(did: Did, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, info: NewBlob, most = Infinity, coming?: ComingBlob): Promise<BlobInfo> {
    this.#living(did);
    const file = await this.#parts.files.write(info.cid.toString(), chunks).catch((error: unknown) => {
      throw blobFault(error);
    });
    try {
      const kept = this.#keep(did, file, info, most);
      // A row tells of it now.
      coming?.end();
      return kept;
    } finally {
      await this.#parts.files.forget(file);
    }
  }

  /** Keeps a file that hashes to the CID; it stays where it was as well. */
  #keep(did: Did, file: NewFile, { cid, mimeType }: NewBlob, most: number): BlobInfo {
    const { database, blobs, uploads, files, now } = this.#parts;
    const text = cid.toString();
    database.point('blob-written');
    try {
      return this.#ask(() => database.transaction(() => {
        const account = this.#living(did);
        const held = blobs.info(account.id, text);
        uploads.removeBlob(account.id, text);
        // Others may have come while this one did.
        if (held === undefined && blobs.usage(account.id).bytes + file.size > most) throw noRoom(text);
        const isNamed = account.copy !== null && blobs.isNamed(account.copy, text);
        const info = { cid: cid.detached(), mimeType: isNamed ? held?.mimeType ?? mimeType : mimeType, size: file.size, createdAt: now() };
        files.name(text, file);
        database.point('blob-linked');
        blobs.put(account.id, info);
        return info;
      }));
    } catch (error) {
      // It may have its name already, of which no row tells, and which would be written over with the file that goes on aside.
      this.#unname(text);
      throw error;
    }
  }

  #unname(cid: string): void {
    this.#doubtful.add(cid);
    try {
      this.#release(cid);
    } catch {
      // A full disk may refuse that too: it is swept later.
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

/** @throws StoreError StoreDamaged */
async function opened<Content extends Blob | Uint8Array>(did: Did, { cid, size }: BlobInfo, read: () => Content | Promise<Content>): Promise<Content> {
  const place = { did, blob: cid.toString() };
  let content: Content;
  try {
    content = await read();
  } catch (error) {
    throw new StoreError('StoreDamaged', 'The file of a blob cannot be read', place, error);
  }
  if ((content instanceof Blob ? content.size : content.length) === size) return content;
  throw new StoreError('StoreDamaged', 'The file of a blob has another size than was stored', place);
}

async function* checked(stream: AsyncIterable<Uint8Array>, cid: Cid, limit: number, { turn, take }: ComingBlob): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of turn.readWhole(stream)) {
    size += chunk.length;
    if (size > limit) throw tooLarge(cid.toString(), limit);
    take(size);
    hash.update(chunk);
    yield chunk;
  }
  if (!hash.digest().equals(cid.digest)) throw otherBytes(cid.toString());
}
