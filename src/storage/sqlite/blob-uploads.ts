import { StreamTurns } from '../../mirroring/index.ts';
import type { StreamTurn } from '../../mirroring/index.ts';
import type { Cid, Did } from '../../protocol/index.ts';
import type { BlobInfo } from '../../pds/index.ts';
import type { AccountRows } from './account-rows.ts';
import type { NewFile } from './blob-files.ts';
import { BlobRefused, noRoom, otherBytes, partTooLarge, storeClosed, taken, tooLarge, wrongOffset } from './blob-refused.ts';
import type { BlobRows } from './blob-rows.ts';
import type { ComingBlobs } from './coming-blobs.ts';
import type { Database } from './database.ts';
import { blobFault } from './store-fault.ts';
import type { Sweeper } from './sweeper.ts';
import type { UploadFiles } from './upload-files.ts';
import type { UploadKey, UploadRows } from './upload-rows.ts';

/** What is said of a blob that comes. */
export type NewBlob = Omit<BlobInfo, 'size' | 'createdAt'>;

/** What uploads are kept with. */
export interface UploadParts {
  readonly database: Database;
  readonly accounts: AccountRows;
  readonly blobs: BlobRows;
  readonly uploads: UploadRows;
  readonly files: { readonly uploads: UploadFiles };
  readonly sweeper: Sweeper;
  readonly now: () => number;
}

/** What blobs may take. */
export interface BlobRoom {
  /** Bytes of one blob. */
  readonly limit: number;
  /** Bytes of all blobs of the account. */
  readonly most: number;
}

/** A blob of which something has come. */
export interface Begun {
  /** Of the whole, in bytes, as it was given. */
  readonly size: number;
  /** Bytes that are here. */
  readonly held: number;
}

/** Keeps a file that hashes to the CID, and lets go of the uploads of that blob. */
type Keep = (did: Did, file: NewFile, info: NewBlob, most: number) => BlobInfo;

/** Of one account. When another begins, the one that has stood still longest goes. */
const MOST_UPLOADS = 16;
/** Files that are looked at before others have their turn. */
const SWEPT_AT_A_TIME = 100;

/**
 * Blobs that come in parts. What has come lies aside, and is served to nobody; it takes the room of the whole blob from the first part
 * on, so that what comes at the same time passes no quota. What is said to be held survives the end of the power.
 */
export class BlobUploads {
  readonly #parts: UploadParts;
  readonly #keep: Keep;
  readonly #coming: Pick<ComingBlobs, 'usage'>;
  /** By the path of its file. */
  readonly #turns = new StreamTurns(0);
  #isClosed = false;
  /** Files that are to be looked at. */
  #unswept: UploadKey[] = [];

  /** @param coming what comes whole meanwhile */
  constructor(parts: UploadParts, keep: Keep, coming: Pick<ComingBlobs, 'usage'>) {
    this.#parts = parts;
    this.#keep = keep;
    this.#coming = coming;
  }

  /**
   * How much of a blob is held; all of it where it is kept. A part of it that is coming is ended, and what has come of that is held: whoever
   * sends it may be gone without a word.
   * @throws BlobRefused BlobTooLarge, QuotaExceeded; StoreError AccountMissing
   */
  async offset(did: Did, { cid, size }: Pick<BlobInfo, 'cid' | 'size'>, { limit, most }: BlobRoom): Promise<number> {
    const key = this.#key(did, cid, size);
    if (size > limit) throw tooLarge(key.cid, limit);
    const { end } = await this.#turn(key);
    end();
    return this.#ask(() => {
      const held = this.#kept(key) ?? this.#held(key);
      if (held === undefined && this.#coming.usage(key.account) + size > most) throw noRoom(key.cid);
      return held ?? 0;
    });
  }

  /** Of several of other sizes the one that has come furthest. */
  async begun(did: Did, cid: Cid): Promise<Begun | undefined> {
    const { accounts, uploads } = this.#parts;
    return this.#ask(() => {
      const key = uploads.furthest(accounts.living(did).id, cid.toString());
      return key && { size: key.size, held: this.#held(key) ?? 0 };
    });
  }

  /**
   * Takes the part that begins there, and keeps the blob when all of it is there. Where the stream breaks off, what has come is held.
   * @returns how much is held then; all: the blob is kept
   * @throws BlobRefused; StoreError AccountMissing, StorageFull; what the stream throws
   */
  async put(did: Did, blob: NewBlob & Pick<BlobInfo, 'size'>, part: AsyncIterable<Uint8Array>, offset: number, { limit, most }: BlobRoom): Promise<number> {
    const { cid, mimeType, size } = blob;
    const key = this.#key(did, cid, size);
    if (size > limit) throw tooLarge(key.cid, limit);
    const turn = await this.#turn(key);
    try {
      const kept = this.#ask(() => this.#kept(key));
      if (kept !== undefined) return kept;
      this.#ask(() => this.#begin(key, offset, most));
      const held = await this.#take(key, offset, part, turn).catch((error: unknown) => {
        throw blobFault(error);
      });
      return held < size ? held : await this.#whole(did, key, { cid, mimeType }, most);
    } finally {
      turn.end();
    }
  }

  /** Lets go of what has come of a blob. */
  async letGo(did: Did, cid: Cid): Promise<void> {
    const { accounts, uploads, sweeper } = this.#parts;
    this.#ask(() => uploads.removeBlob(accounts.living(did).id, cid.toString()));
    sweeper.begin();
  }

  /** Ends those that are coming; what has come of them is held. None begins after that. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#turns.stop(storeClosed());
  }

  /** Lets go of those of which nothing has come for so long; how many. */
  async collect(did: Did, graceMs: number): Promise<number> {
    const { accounts, uploads, sweeper, now } = this.#parts;
    const account = this.#ask(() => accounts.row(did));
    if (account === undefined) return 0;
    const count = this.#ask(() => uploads.collect(account.id, now() - graceMs));
    if (count > 0) await sweeper.sweep();
    return count;
  }

  /** Removes some of the files of those that were let go of; false when there is none. A row is there before its file. */
  sweepLoose(): boolean {
    const { uploads, files } = this.#parts;
    if (this.#unswept.length === 0) {
      if (!uploads.haveGone) return false;
      this.#unswept = files.uploads.keys();
      uploads.haveGone = false;
    }
    this.#ask(() => {
      for (const key of this.#unswept.slice(-SWEPT_AT_A_TIME)) if (uploads.held(key) === undefined) files.uploads.remove(key);
    });
    this.#unswept.splice(-SWEPT_AT_A_TIME);
    return true;
  }

  /** All of it is there. */
  async #whole(did: Did, key: UploadKey, info: NewBlob, most: number): Promise<number> {
    const { uploads, files } = this.#parts;
    const isHere = (): boolean => this.#ask(() => uploads.held(key)) !== undefined;
    const hash = await files.uploads.hash(key).catch((error: unknown) => {
      if (isHere()) throw blobFault(error);
    });
    // It may have gone before, or while it was read.
    if (hash === undefined || !isHere()) return this.#gone(key);
    const isRight = Buffer.compare(hash, info.cid.digest) === 0;
    if (isRight) this.#keep(did, { path: files.uploads.path(key), size: key.size }, info, most);
    else this.#ask(() => uploads.remove(key));
    files.uploads.remove(key);
    if (!isRight) throw otherBytes(key.cid);
    return key.size;
  }

  /** Within a transaction, so that nobody else takes the room. @throws BlobRefused */
  #begin(key: UploadKey, offset: number, most: number): void {
    const { database, uploads, files, sweeper, now } = this.#parts;
    const hasGivenWay = database.transaction(() => {
      const held = this.#held(key);
      if (offset !== (held ?? 0)) throw wrongOffset(key.cid, held ?? 0);
      const others = held === undefined ? uploads.of(key.account) : [];
      const isFull = others.length >= MOST_UPLOADS;
      const idle = isFull ? others.find((other) => !this.#turns.has(files.uploads.path(other))) : undefined;
      if (isFull && idle === undefined) throw new BlobRefused('TooManyUploads', `${others.length} other blobs of this account are coming in parts`, { blob: key.cid });
      if (idle !== undefined) uploads.remove(idle);
      if (held === undefined) uploads.begin(key, now());
      // It does not stand still while this part comes.
      else uploads.note(key, held, now());
      if (this.#coming.usage(key.account) > most) throw noRoom(key.cid);
      return isFull;
    });
    if (hasGivenWay) sweeper.begin();
  }

  /** What has come is durable and noted before anything is thrown that the stream has thrown. */
  async #take(key: UploadKey, from: number, part: AsyncIterable<Uint8Array>, turn: StreamTurn): Promise<number> {
    const { database, uploads, files, now } = this.#parts;
    let at = from;
    const file = await files.uploads.open(key, from);
    try {
      for await (const chunk of turn.read(part)) {
        if (at + chunk.length > key.size) throw partTooLarge(key.cid, key.size);
        await file.writeFile(chunk);
        at += chunk.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    database.point('part-written');
    // The last part is no part any more, but the blob: it is kept, or comes again.
    if (at === key.size) return at;
    if (from === 0) await files.uploads.flushNames();
    if (!uploads.note(key, at, now())) return this.#gone(key);
    if (turn.broken !== undefined) throw turn.broken.error;
    return at;
  }

  /** Ends whoever sends a part of it now. */
  async #turn(key: UploadKey): Promise<StreamTurn> {
    const turn = await this.#turns.begin(this.#parts.files.uploads.path(key), () => taken(key.cid));
    if (!this.#isClosed) return turn;
    turn.end();
    throw storeClosed();
  }

  #key(did: Did, cid: Cid, size: number): UploadKey {
    return { account: this.#ask(() => this.#parts.accounts.living(did).id), cid: cid.toString(), size };
  }

  #kept({ account, cid }: UploadKey): number | undefined {
    return this.#parts.blobs.info(account, cid)?.size;
  }

  /** An upload has gone while a part of it came: the blob has come whole otherwise, or its account has left, say. */
  #gone(key: UploadKey): number {
    const kept = this.#ask(() => this.#kept(key));
    if (kept === undefined) throw wrongOffset(key.cid, 0);
    return kept;
  }

  /** A disk that was put back may hold less than was noted. */
  #held(key: UploadKey): number | undefined {
    const { uploads, files } = this.#parts;
    const noted = uploads.held(key);
    return noted === undefined ? undefined : Math.min(noted, files.uploads.size(key));
  }

  #ask<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw blobFault(error);
    }
  }
}
