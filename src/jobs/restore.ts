import type { Did, Tid } from '../protocol/index.ts';
import { takeKit } from '../pds/index.ts';
import type { TakenKit } from '../pds/index.ts';
import { Tally } from '../repo/index.ts';
import { JobRefusal } from './errors.ts';
import { contentsOf, isLater, readFile } from './file-contents.ts';
import type { FileContents } from './file-contents.ts';
import type { JobContext } from './job-context.ts';

/** What is restored from. */
export interface RestoreRequest {
  /** A kit, armored or not. */
  readonly kit: Blob;
  /** As it was typed. */
  readonly passphrase: string;
  readonly car: Blob;
}

export interface RestoreResult extends FileContents {
  readonly handle?: string;
  readonly missingBlobs: number;
  readonly newerKit?: { readonly rev: string };
  readonly operationQueued: boolean;
}

/** More than any kit has; read no further. */
const MAX_KIT_BYTES = 128 * 1024;

/**
 * Brings an account into this house from its kit and a CAR: the kit is opened first, and its secrets are wiped before the
 * CAR is read. Nothing is visible before all of it is verified; then all is, in one transaction.
 * @throws XrpcError KitPassphrase, KitDamaged, KeyUnsupported; JobRefusal AccountExists; RepoError; StoreError; the reason
 *   of the signal. In every case the house is as before.
 */
export async function restore(request: RestoreRequest, context: JobContext): Promise<RestoreResult> {
  const { store, signal, progress } = context;
  const { car } = request;
  progress({ phase: 'kit', done: 0, total: 0, unit: 'bytes', records: 0 });
  const kit = await takeKit(await kitBytes(request.kit), request.passphrase);
  const { did, key } = kit;
  await refuseKnown(context, did);
  signal.throwIfAborted();
  const tally = new Tally();
  const writer = await store.packs(did);
  try {
    const found = await readFile(car, {
      key, did, tally, phase: 'reading', blocks: (blocks) => writer.add(blocks, tally.takeBlobs()),
    }, context);
    signal.throwIfAborted();
    progress({ phase: 'storing', done: car.size, total: car.size, unit: 'bytes', records: tally.records });
    const { cid, rev, data } = found.commit;
    await writer.adopt({ ...kit.account, head: { cid, rev, data }, collections: tally.collections }, kit.keys);
    return { ...contentsOf(car, found, tally), ...about(kit, rev, tally) };
  } catch (error) {
    // What stopped it is what is told, also where this fails: what no account lists is removed at the next start.
    await writer.discard().catch(() => undefined);
    throw error;
  }
}

async function kitBytes(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, MAX_KIT_BYTES).arrayBuffer());
}

async function refuseKnown({ store }: JobContext, did: Did): Promise<void> {
  if (await store.account(did) === undefined) return;
  throw new JobRefusal('AccountExists', 'This account is in this house already, and nothing was changed. To see whether the file is good, test it.');
}

function about({ handle, rev: kitRev, account }: TakenKit, rev: Tid, tally: Tally): Omit<RestoreResult, keyof FileContents> {
  return {
    // An account that was not in this house has no blobs here.
    missingBlobs: tally.blobs.size,
    operationQueued: account.operations.length > 0,
    ...(handle !== undefined && { handle }),
    ...(kitRev !== undefined && isLater(kitRev, rev) && { newerKit: { rev: kitRev } }),
  };
}
