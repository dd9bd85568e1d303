import { decodeCbor, datetimeFromMs, sha256, sha256Stream } from '../../protocol/index.ts';
import type { Cid } from '../../protocol/index.ts';
import { operationCid, readOperation } from '../../identity/index.ts';
import type { Account, BlobStore } from '../../pds/index.ts';
import type { JobContext } from '../job-context.ts';
import { FORMAT, hexOf, NAMES, VERSION } from './manifest.ts';
import type { BackupFile, Manifest } from './manifest.ts';
import type { ZipPart } from './zip-stream.ts';

/** What goes into a backup. */
export interface BackupInput {
  readonly account: Account;
  /** The repository as a CAR. */
  readonly car: AsyncIterable<Uint8Array>;
  readonly records: number;
  /** The sealed kit, as an armored text or not. */
  readonly kit: Uint8Array | undefined;
  readonly preferences: Uint8Array | undefined;
}

const PAGE = 500;

/** The files of a backup, one after the other; the last is the manifest, which says what the others were. */
export async function* backupParts({ account, car, records, kit, preferences }: BackupInput, context: JobContext): AsyncGenerator<ZipPart> {
  const { did, handle, head } = account;
  const now = context.now();
  const lastModified = new Date(now);
  const files: BackupFile[] = [];
  const missingBlobs: string[] = [];
  let blobs = 0;
  const part = (path: string, input: Uint8Array, more: Pick<BackupFile, 'mimeType'> = {}): ZipPart => {
    files.push({ path, bytes: input.length, sha256: hexOf(sha256(input)), ...more });
    return { name: path, input, lastModified };
  };
  const json = (path: string, value: unknown): ZipPart => part(path, new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`));

  yield { name: NAMES.car, input: told(NAMES.car, car, files), lastModified };
  for await (const cid of namedBlobs(context.blobs, account)) {
    context.signal.throwIfAborted();
    const found = await wholeBlob(context.blobs, account, cid);
    if (found === undefined) missingBlobs.push(cid.toString());
    else {
      blobs++;
      yield part(`${NAMES.blobs}${cid.toString()}`, found.bytes, { mimeType: found.mimeType });
    }
    context.progress({ phase: 'packing', done: blobs, total: 0, unit: 'blobs', records });
  }
  yield part(NAMES.preferences, preferences ?? new TextEncoder().encode('[]'));
  yield json(NAMES.identity, identityLog(account));
  if (kit !== undefined) yield part(NAMES.kit, kit);
  const manifest: Manifest = {
    format: FORMAT, version: VERSION, createdAt: datetimeFromMs(now), did, ...(handle !== undefined && { handle }), rev: head.rev,
    commit: head.cid.toString(), records, blobs, missingBlobs, files,
  };
  yield json(NAMES.manifest, manifest);
}

/** Passes on what comes, and notes what it was once it has ended. */
async function* told(path: string, chunks: AsyncIterable<Uint8Array>, files: BackupFile[]): AsyncGenerator<Uint8Array> {
  const hash = sha256Stream();
  let bytes = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    bytes += chunk.length;
    yield chunk;
  }
  files.push({ path, bytes, sha256: hexOf(hash.digest()) });
}

async function* namedBlobs(blobs: BlobStore, { did }: Account): AsyncGenerator<Cid> {
  for (let after: string | undefined; ;) {
    const some = await blobs.list(did, { limit: PAGE, ...(after !== undefined && { after }) });
    if (some.length === 0) return;
    after = some.at(-1)!.toString();
    yield* some;
  }
}

/** A blob that is here, and is what its CID says. */
async function wholeBlob(blobs: BlobStore, { did }: Account, cid: Cid): Promise<{ readonly bytes: Uint8Array; readonly mimeType: string } | undefined> {
  const info = await blobs.info(did, cid);
  const file = info && await blobs.bytes(did, cid);
  if (info === undefined || file === undefined) return undefined;
  const bytes = new Uint8Array(await file.arrayBuffer());
  return hexOf(sha256(bytes)) === hexOf(cid.digest) ? { bytes, mimeType: info.mimeType } : undefined;
}

/** The operations of the DID that this house knows: its genesis, and what waits for a directory. */
function identityLog({ did, genesis, operations }: Account) {
  const known = new Map<string, unknown>();
  for (const bytes of [...(genesis === undefined ? [] : [genesis]), ...operations]) {
    const operation = readOperation(decodeCbor(bytes));
    known.set(operationCid(operation).toString(), operation);
  }
  return { did, operations: [...known].map(([cid, operation]) => ({ cid, operation })) };
}
