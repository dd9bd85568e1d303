import type { Did } from '../protocol/index.ts';
import { Tally } from '../repo/index.ts';
import { decodePasskeyCopy, PASSKEY_COPY, passkeyPhrase } from '../keys/index.ts';
import { noteUse, takeKit, XrpcError } from '../pds/index.ts';
import type { TakenKit } from '../pds/index.ts';
import { backupIn } from './backup-in.ts';
import { BackupError } from './backup/backup-error.ts';
import { JobRefusal } from './errors.ts';
import { contentsOf, fileSource, isLater, readCopy } from './file-contents.ts';
import type { FileContents } from './file-contents.ts';
import type { JobContext } from './job-context.ts';
import { kitBytes } from './kit-bytes.ts';
import { openHouse } from './open-house.ts';
import { documentFor, logFor, presentServer, refuseKnown, requirePresentKey } from './restore-source.ts';
import { namedMirror, restoreBlobs, servedRev, standbyMirror } from './restored-mirror.ts';
import { servedCopy } from './served-copy.ts';
import type { ServedCopy } from './served-copy.ts';

/** What is restored from. */
export interface RestoreRequest {
  /** A kit, armored or not; left out where the backup has it. */
  readonly kit?: Blob;
  /** Of the kit, as it was typed; left empty where it is that of the file. */
  readonly passphrase: string;
  /** What a passkey answered, where the kit is a copy under it; wiped here. */
  readonly passkey?: Uint8Array;
  /** Of an encrypted backup, as it was typed. */
  readonly filePassphrase?: string;
  /** A CAR or a backup. Left out, the mirror is asked that the DID names. */
  readonly car?: Blob;
  /** To a page that connects with another house of the account: what that has is taken, and nothing of a CAR. */
  readonly house?: MessagePort;
  /** The origin of a mirror that holds the account as a standby, asked in the place of the one that the DID names; `resolver` answers DNS over HTTPS. */
  readonly standby?: { readonly url: string; readonly resolver: string };
}

export interface RestoreResult extends FileContents {
  readonly handle?: string;
  readonly missingBlobs: number;
  readonly newerKit?: { readonly rev: string };
  /** The mirror has a later state than the file, or its standby. */
  readonly newerMirror?: { readonly rev: string };
  readonly operationQueued: boolean;
  /** The mirror that the DID names, to be paired with again; or the standby that it came from, to be put in its place. */
  readonly mirror?: string;
  readonly isStandby?: true;
}

/**
 * Brings an account into this house from its kit and a CAR, of a file, its mirror, a standby or another house, or from a backup: the kit is opened first, and its
 * secrets are wiped before the CAR is read. Nothing is visible before all of it is verified; then all is, in one
 * transaction. Blobs come after that, as far as the mirror has them.
 * @throws XrpcError KitPassphrase, KitDamaged, KeyUnsupported, KitOfAnother, IdentityChanged; KeysError; DirectoryError; PlcError;
 *   JobRefusal AccountExists, PasskeyWrong, NoMirror, MirrorUnreachable, NoHouseOpen, HouseUnreachable; RepoError; StoreError; the reason of the signal. In every case the
 *   house is as before.
 */
export async function restore(request: RestoreRequest, context: JobContext): Promise<RestoreResult> {
  try {
    return await broughtIn(request, context);
  } finally {
    request.passkey?.fill(0);
  }
}

async function broughtIn(request: RestoreRequest, context: JobContext): Promise<RestoreResult> {
  const { store, signal, progress } = context;
  const { car, filePassphrase } = request;
  const passphrase = request.passphrase === '' ? filePassphrase ?? '' : request.passphrase;
  progress({ phase: 'kit', done: 0, total: 0, unit: 'bytes', records: 0 });
  const withKit = request.kit === undefined ? car && await backupIn(car, filePassphrase) : undefined;
  const sealed = request.kit ?? await withKit?.kit();
  if (sealed === undefined) throw new BackupError('BackupWithoutKit', 'There is no recovery kit in this backup. Choose the file of the kit as well.');
  const file = await kitBytes(sealed);
  const isNeeded = car === undefined;
  const take = (sealedKit: Uint8Array, phrase: string): Promise<TakenKit> => takeKit(sealedKit, phrase, async (did) => {
    await refuseKnown(context, did);
    return logFor(did, isNeeded, context);
  }, (did) => documentFor(did, isNeeded, context));
  const { passkey } = request;
  const kit = passkey === undefined ? await take(file, passphrase) : await takePasskeyCopy(file, passkey, take);
  const { did, key, rev: kitRev, handle, identity } = kit;
  signal.throwIfAborted();
  const backup = withKit ?? (car && await backupIn(car, filePassphrase));
  // Before the adoption: without this part nothing is begun.
  const bringBack = backup && (await import('./backup/bring-back.ts')).bringBack;
  const { standby: named } = request;
  const isOther = car === undefined && named !== undefined && named.url !== identity?.pds;
  if (isOther) requirePresentKey(kit);
  else if (car === undefined) presentServer(kit);
  const house = request.house && await openHouse(request.house, kit, context);
  const standby = isOther ? await standbyMirror(kit, named, context) : undefined;
  const served: Omit<ServedCopy, 'url'> & { readonly url: string | undefined } = car === undefined
    ? await servedCopy(kit, standby, house === undefined ? context : { ...context, fetch: house.fetch })
    : { source: backup?.car ?? fileSource(car), url: identity?.pds, fetch: context.fetch };
  const tally = new Tally();
  const writer = await store.packs(did);
  try {
    const found = await readCopy(served.source, {
      key, did, tally, phase: 'reading', blocks: (blocks) => writer.add(blocks, tally.takeBlobs()),
    }, context);
    backup?.checkCommit(found.commit);
    const mirror = standby ?? await namedMirror(kit, context);
    const servedNow = car === undefined && standby === undefined ? undefined : await servedRev(kit, context);
    signal.throwIfAborted();
    progress({ phase: 'storing', done: found.bytes, total: found.bytes, unit: 'bytes', records: tally.records });
    const { cid, rev, data } = found.commit;
    await writer.adopt({
      ...kit.account, head: { cid, rev, data }, collections: tally.collections, ...(mirror !== undefined && { mirror }),
    }, kit.keys);
    await noteRestore(kit, served.shownTo, context);
    // Then the passkey opens the kit in this house too.
    if (passkey !== undefined) await context.vault?.put(did, PASSKEY_COPY, { bytes: file }).catch(() => undefined);
    // From here on the account is here: what of this fails is missing, and can come from the mirror yet.
    if (backup !== undefined) await bringBack?.(did, backup, context);
    const missingBlobs = await restoreBlobs(did, served.url, tally, { ...context, fetch: served.fetch });
    return {
      ...contentsOf(found, tally), missingBlobs, operationQueued: kit.account.operations.length > 0,
      ...(handle !== undefined && { handle }), ...(mirror !== undefined && { mirror: mirror.url }), ...(standby !== undefined && { isStandby: true }),
      ...(kitRev !== undefined && isLater(kitRev, rev) && { newerKit: { rev: kitRev } }),
      ...(servedNow !== undefined && isLater(servedNow, rev) && { newerMirror: { rev: servedNow } }),
    };
  } catch (error) {
    // What stopped it is what is told, also where this fails: what no account lists is removed at the next start.
    await writer.discard().catch(() => undefined);
    throw error;
  } finally {
    house?.close();
  }
}

/** @throws KeysError KitDamaged, KitVersion; JobRefusal PasskeyWrong; as `takeKit` */
async function takePasskeyCopy(bytes: Uint8Array, passkey: Uint8Array, take: (file: Uint8Array, phrase: string) => Promise<TakenKit>): Promise<TakenKit> {
  try {
    const copy = decodePasskeyCopy(bytes);
    return await take(copy.file, await passkeyPhrase(copy, passkey));
  } catch (error) {
    if (!(error instanceof XrpcError && error.code === 'KitPassphrase')) throw error;
    throw new JobRefusal('PasskeyWrong', 'Nothing in this house was changed. The passkey that answered does not open this copy of the kit.');
  }
}

/** @param shownTo the mirror that gave the repository by a token */
async function noteRestore({ did, operation }: TakenKit, shownTo: Did | undefined, context: JobContext): Promise<void> {
  if (shownTo !== undefined) await noteUse(context, did, { what: 'token', key: 'signing', subject: 'com.atproto.sync.getRepo', audience: shownTo });
  await noteUse(context, did, { what: 'kit-opened', key: 'kit', subject: 'restore', audience: '' });
  if (operation !== undefined) await noteUse(context, did, { what: 'operation', key: 'recovery', subject: operation, audience: 'directory' });
}
