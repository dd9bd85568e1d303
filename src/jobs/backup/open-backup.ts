import { BlobReader, configure, Reader, ZipReader } from '@zip.js/zip.js/lib/zip-core-custom.js';
import type { FileEntry } from '@zip.js/zip.js/lib/zip-core-custom.js';
import { parseCid, sha256, sha256Stream } from '../../protocol/index.ts';
import type { Cid } from '../../protocol/index.ts';
import type { Commit, Tally } from '../../repo/index.ts';
import type { CarSource } from '../file-contents.ts';
import type { JobContext } from '../job-context.ts';
import { BackupError } from './backup-error.ts';
import { hexOf, NAMES, notOurs, readManifest } from './manifest.ts';
import type { BackupFile, Manifest } from './manifest.ts';
import type { SealedFile } from './sealed-file.ts';

/** What a backup holds beside the repository. */
export interface BackupContents {
  readonly createdAt: string;
  /** Blobs that are in it, of those that its records name. */
  readonly blobs: number;
  readonly blobBytes: number;
  readonly hasKit: boolean;
  readonly preferences: number;
  /** Operations of the DID that are in it. */
  readonly operations: number;
}

/** More than any manifest has, of a million files too. */
const MOST_MANIFEST_BYTES = 256 * 1024 * 1024;
/** More than preferences, kit or identity log have. */
const MOST_SMALL_BYTES = 1024 * 1024;
const CHUNK_BYTES = 524_288;

// A policy forbids workers of an address that was made up; and here we are in one.
configure({ useWebWorkers: false, chunkSize: CHUNK_BYTES });

/**
 * Opens a backup. What is read of it is held to its manifest: size and SHA-256 of each file.
 * @throws BackupError BackupForm, BackupNewer, BackupDamaged
 */
export async function openBackup(file: Blob | SealedFile): Promise<OpenBackup> {
  const entries = new Map<string, FileEntry>();
  try {
    for await (const entry of new ZipReader(file instanceof Blob ? new BlobReader(file) : new SealedReader(file)).getEntriesGenerator()) {
      if (entry.directory) continue;
      if (entries.has(entry.filename)) throw notOurs('a file is in it twice');
      entries.set(entry.filename, entry);
    }
  } catch (error) {
    throw error instanceof BackupError ? error : notOurs('it cannot be read as a zip');
  }
  const manifest = entries.get(NAMES.manifest);
  if (manifest === undefined) throw notOurs('it has no manifest');
  const read = readManifest(await smallFile(manifest, MOST_MANIFEST_BYTES));
  for (const { path, bytes } of read.files) {
    const entry = entries.get(path);
    if (entry === undefined) throw new BackupError('BackupDamaged', `${path} is missing from the backup.`, { reason: 'missing' });
    if (entry.uncompressedSize !== bytes) throw changed(path);
  }
  if (!read.files.some(({ path }) => path === NAMES.car)) throw notOurs('there is no repository in it');
  return new OpenBackup(read, entries);
}

/** Reads an encrypted zip, of which no plain byte is kept anywhere. */
class SealedReader extends Reader<SealedFile> {
  readonly #file: SealedFile;

  constructor(file: SealedFile) {
    super(file);
    this.#file = file;
    this.size = file.size;
  }

  override readUint8Array(index: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#file.read(index, length);
  }
}

/** A backup whose manifest was read, and is all there. */
export class OpenBackup {
  readonly manifest: Manifest;
  readonly #entries: ReadonlyMap<string, FileEntry>;
  readonly #files: ReadonlyMap<string, BackupFile>;

  constructor(manifest: Manifest, entries: ReadonlyMap<string, FileEntry>) {
    this.manifest = manifest;
    this.#entries = entries;
    this.#files = new Map(manifest.files.map((file) => [file.path, file]));
  }

  /** The repository. Reading it to its end fails where it is not what the manifest says. */
  get car(): CarSource {
    return { size: this.#files.get(NAMES.car)!.bytes, chunks: () => this.#chunks(NAMES.car) };
  }

  /** The repository at once. */
  async carBytes(): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(this.car.size);
    let at = 0;
    for await (const chunk of this.#chunks(NAMES.car)) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  }

  /** The sealed kit, where it is in it. @throws BackupError BackupDamaged */
  async kit(): Promise<Blob | undefined> {
    const bytes = await this.#small(NAMES.kit);
    return bytes && new Blob([bytes]);
  }

  /** As JSON. @throws BackupError BackupDamaged */
  async preferences(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = await this.#small(NAMES.preferences);
    return bytes !== undefined && listOf(NAMES.preferences, bytes).length > 0 ? bytes : undefined;
  }

  /** Whether it names a blob; it may be damaged. */
  has(cid: Cid): boolean {
    return this.#files.has(`${NAMES.blobs}${cid.toString()}`);
  }

  /** A blob and its type; undefined where it is not in it, or damaged. */
  async blob(cid: Cid): Promise<{ readonly bytes: Uint8Array; readonly mimeType: string } | undefined> {
    const path = `${NAMES.blobs}${cid.toString()}`;
    const file = this.#files.get(path);
    if (file === undefined || file.sha256 !== hexOf(cid.digest)) return undefined;
    try {
      return { bytes: await this.#whole(file), mimeType: file.mimeType ?? 'application/octet-stream' };
    } catch {
      return undefined;
    }
  }

  /** That the repository that was read is the one of the manifest. @throws BackupError BackupDamaged */
  checkCommit({ did, cid, rev }: Commit): void {
    const { manifest } = this;
    if (manifest.did !== did || manifest.commit !== cid.toString() || manifest.rev !== rev) throw changed(NAMES.manifest);
  }

  /**
   * Reads all but the repository, and says what it is.
   * @throws BackupError BackupDamaged; the reason of the signal
   */
  async verifyRest(tally: Tally, { signal, progress }: JobContext): Promise<BackupContents> {
    const { manifest: { createdAt, files } } = this;
    const blobs = files.filter(({ path }) => path.startsWith(NAMES.blobs));
    let [done, named, blobBytes] = [0, 0, 0];
    for (const file of blobs) {
      signal.throwIfAborted();
      await this.#whole(file);
      const cid = cidOfBlob(file);
      if (hexOf(cid.digest) !== file.sha256) throw changed(file.path);
      // One that came while the file was written may be named by a later commit.
      if (tally.blobs.has(cid)) named++;
      blobBytes += file.bytes;
      done++;
      progress({ phase: 'unpacking', done, total: blobs.length, unit: 'blobs', records: tally.records });
    }
    const preferences = await this.#small(NAMES.preferences);
    const identity = await this.#small(NAMES.identity);
    return {
      createdAt, blobs: named, blobBytes,
      hasKit: await this.#small(NAMES.kit) !== undefined,
      preferences: preferences === undefined ? 0 : listOf(NAMES.preferences, preferences).length,
      operations: identity === undefined ? 0 : operationsOf(identity),
    };
  }

  async #small(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const file = this.#files.get(path);
    if (file === undefined) return undefined;
    if (file.bytes > MOST_SMALL_BYTES) throw changed(path);
    return this.#whole(file);
  }

  async #whole({ path, bytes, sha256: sum }: BackupFile): Promise<Uint8Array<ArrayBuffer>> {
    const whole = await smallFile(this.#entries.get(path)!, bytes);
    if (hexOf(sha256(whole)) !== sum) throw changed(path);
    return whole;
  }

  async* #chunks(path: string): AsyncGenerator<Uint8Array> {
    const { sha256: sum } = this.#files.get(path)!;
    const hash = sha256Stream();
    for await (const chunk of chunksOf(this.#entries.get(path)!)) {
      hash.update(chunk);
      yield chunk;
    }
    if (hexOf(hash.digest()) !== sum) throw changed(path);
  }
}

/** The name of a blob is its hash. @throws BackupError BackupDamaged */
function cidOfBlob({ path }: BackupFile): Cid {
  try {
    return parseCid(path.slice(NAMES.blobs.length));
  } catch {
    throw changed(path);
  }
}

async function* chunksOf(entry: FileEntry): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  const written = entry.getData(writable, { checkSignature: true, useWebWorkers: false });
  // Where it fails before it has begun to write, whoever reads would wait for ever.
  const failed = new Promise<never>((_, reject) => {
    written.catch(reject);
  });
  failed.catch(() => undefined);
  const reader = readable.getReader();
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), failed]);
      if (done) break;
      yield value;
    }
    await written;
  } catch (error) {
    throw isOfFile(error) || error instanceof BackupError ? error : changed(entry.filename);
  } finally {
    // Not waited for: what failed may never end its side.
    reader.cancel().catch(() => undefined);
  }
}

async function smallFile(entry: FileEntry, most: number): Promise<Uint8Array<ArrayBuffer>> {
  if (entry.uncompressedSize > most) throw changed(entry.filename);
  const bytes = new Uint8Array(entry.uncompressedSize);
  let at = 0;
  for await (const chunk of chunksOf(entry)) {
    // What says that it is small may still unfold.
    if (at + chunk.length > bytes.length) throw changed(entry.filename);
    bytes.set(chunk, at);
    at += chunk.length;
  }
  if (at !== bytes.length) throw changed(entry.filename);
  return bytes;
}

/** That the file on the disk could not be read is another fault than what is in it. */
const isOfFile = (error: unknown): boolean => error instanceof DOMException && ['NotReadableError', 'NotFoundError', 'AbortError'].includes(error.name);

function listOf(path: string, bytes: Uint8Array): readonly unknown[] {
  const value = jsonOf(path, bytes);
  if (!Array.isArray(value)) throw changed(path);
  return value;
}

function operationsOf(bytes: Uint8Array): number {
  const value = jsonOf(NAMES.identity, bytes);
  const operations = typeof value === 'object' && value !== null && 'operations' in value ? value.operations : undefined;
  if (!Array.isArray(operations)) throw changed(NAMES.identity);
  return operations.length;
}

function jsonOf(path: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw changed(path);
  }
}

function changed(path: string): BackupError {
  return new BackupError('BackupDamaged', `${path} in the backup is damaged, or not what the manifest says.`, {
    reason: path.startsWith(NAMES.blobs) ? 'blob' : path,
  });
}
