import { CidMap, CidSet, cidOf } from '../../protocol/index.ts';
import type { Cid } from '../../protocol/index.ts';
import { limitedFetch } from '../../identity/index.ts';
import { Budget, CarDecoder, readCar, RepoError, REPOSITORY_LIMITS } from '../../repo/index.ts';
import { MAX_BLOB_BYTES } from '../../pds/index.ts';
import { backupIn } from '../backup-in.ts';
import { BackupError } from '../backup/backup-error.ts';
import type { OpenBackup } from '../backup/open-backup.ts';
import { fileSource } from '../file-contents.ts';
import type { JobContext } from '../job-context.ts';

/** Where blocks and blobs are brought from by their CIDs. What it gives is what was asked for: hashes are checked. */
export interface Copy {
  /** Those of the blocks that it has. */
  blocks(cids: readonly Cid[]): Promise<CidMap<Uint8Array>>;
  /** A blob with its type; undefined where it has none. */
  blob(cid: Cid): Promise<{ readonly bytes: Uint8Array; readonly mimeType: string } | undefined>;
}

const MS = 60_000;
const BATCH = 50;
const BATCH_BYTES = 60_000_000;

/** The public copy of an account that a mirror serves. */
export class MirrorCopy implements Copy {
  readonly #origin: string;
  readonly #did: string;
  readonly #context: JobContext;

  constructor(origin: string, did: string, context: JobContext) {
    this.#origin = origin;
    this.#did = did;
    this.#context = context;
  }

  async blocks(cids: readonly Cid[]): Promise<CidMap<Uint8Array>> {
    const found = new CidMap<Uint8Array>();
    for (let at = 0; at < cids.length; at += BATCH) await this.#take(cids.slice(at, at + BATCH), found);
    return found;
  }

  async blob(cid: Cid): Promise<{ readonly bytes: Uint8Array; readonly mimeType: string } | undefined> {
    const answer = await this.#ask('getBlob', [['cid', cid.toString()]], MAX_BLOB_BYTES);
    if (answer?.status !== 200 || !cidOf(answer.bytes, cid.codec).equals(cid)) return undefined;
    return { bytes: answer.bytes, mimeType: answer.headers.get('content-type') ?? 'application/octet-stream' };
  }

  /** A mirror that lacks one of them gives none: then they are asked for by halves. */
  async #take(cids: readonly Cid[], found: CidMap<Uint8Array>): Promise<void> {
    const answer = await this.#ask('getBlocks', cids.map((cid) => ['cids', cid.toString()]), BATCH_BYTES);
    const isRefused = answer?.status === 400 || answer?.status === 404;
    if (isRefused && cids.length > 1) {
      const half = cids.length >> 1;
      await this.#take(cids.slice(0, half), found);
      return this.#take(cids.slice(half), found);
    }
    if (answer?.status === 200) keepAsked(answer.bytes, cids, found);
  }

  async #ask(method: string, params: readonly (readonly [string, string])[], bytes: number) {
    const { fetch, signal } = this.#context;
    const query = new URLSearchParams([['did', this.#did], ...params.map(([name, value]) => [name, value])]);
    try {
      return await limitedFetch(fetch, `${this.#origin}/xrpc/com.atproto.sync.${method}?${query.toString()}`, {}, { ms: MS, bytes, signal });
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }
}

function keepAsked(car: Uint8Array, cids: readonly Cid[], found: CidMap<Uint8Array>): void {
  try {
    const wanted = new CidSet();
    for (const cid of cids) wanted.add(cid);
    for (const { cid, bytes } of readCar(car, new Budget(REPOSITORY_LIMITS)).blocks) if (wanted.has(cid)) found.set(cid.detached(), bytes.slice());
  } catch (error) {
    // An answer that makes no sense brings nothing.
    if (!(error instanceof RepoError)) throw error;
  }
}

/** A saved file, whosesoever and however old: a block is right or it is not. A bare CAR holds no blobs. */
export class FileCopy implements Copy {
  readonly #file: Blob;
  readonly #context: JobContext;
  readonly #passphrase: string | undefined;
  #backup: Promise<OpenBackup | undefined> | undefined;

  /** @param passphrase of an encrypted backup */
  constructor(file: Blob, context: JobContext, passphrase?: string) {
    this.#file = file;
    this.#context = context;
    this.#passphrase = passphrase;
  }

  /** @throws RepoError, BackupError where it is neither CAR nor backup, or damaged before anything was found in it */
  async blocks(cids: readonly Cid[]): Promise<CidMap<Uint8Array>> {
    const { signal, progress } = this.#context;
    const wanted = new CidSet();
    for (const cid of cids) wanted.add(cid);
    const found = new CidMap<Uint8Array>();
    const decoder = new CarDecoder(new Budget(REPOSITORY_LIMITS, signal));
    let done = 0;
    try {
      const source = (await this.#opened())?.car ?? fileSource(this.#file);
      for await (const chunk of source.chunks()) {
        decoder.push(chunk);
        for (let block = decoder.next(); block !== undefined; block = decoder.next()) {
          if (wanted.has(block.cid)) found.set(block.cid.detached(), block.bytes.slice());
        }
        progress({ phase: 'fetching', done: (done += chunk.length), total: this.#file.size, unit: 'bytes', records: 0 });
      }
      decoder.end();
    } catch (error) {
      if (!(error instanceof RepoError || error instanceof BackupError) || found.size === 0) throw error;
    }
    return found;
  }

  async blob(cid: Cid): Promise<{ readonly bytes: Uint8Array; readonly mimeType: string } | undefined> {
    return (await this.#opened())?.blob(cid);
  }

  #opened(): Promise<OpenBackup | undefined> {
    return this.#backup ??= backupIn(this.#file, this.#passphrase);
  }
}
