import { cidOf, decodeCbor, encodeCbor } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { encodePasskeyCopy, parsePassphrase, sealKit, wipeKit } from '../../keys/index.ts';
import type { Passphrase } from '../../keys/index.ts';
import {
  isRefusal, kitsAt, MAX_KIT_AT_MIRROR_BYTES, noteUse, passphraseText, presentKit, putKitAt, removeKitAt, requireConfirmed, XrpcError,
} from '../../pds/index.ts';
import type { Account, KitAtMirror, PairedMirror } from '../../pds/index.ts';
import { JobRefusal } from '../errors.ts';
import { kitBytes } from '../kit-bytes.ts';
import { MIRROR_KIT } from '../kit-opening.ts';
import type { KeysAsk } from '../messages.ts';
import type { KeysContext } from './ask.ts';
import { copyOf } from './passkey.ts';
import type { MirrorKit, MirrorKitReport } from './report.ts';

/** Which copies lie with the mirror, as it shows them to everyone. @throws StoreError; the reason of the signal */
export async function mirrorKits(account: Account, context: KeysContext): Promise<MirrorKitReport> {
  const { fetch, signal } = context;
  const { did, mirror } = account;
  if (mirror?.state !== 'active') return { copies: [] };
  try {
    const kits = await kitsAt(fetch, mirror.url, did, signal);
    return { mirror: mirror.url, copies: await Promise.all(kits.map((kit) => told(kit, account, mirror.url, context))) };
  } catch (error) {
    if (isOld(error)) return { mirror: mirror.url, fault: 'MirrorOld', copies: [] };
    if (error instanceof XrpcError && error.code === 'MirrorUnreachable') return { mirror: mirror.url, fault: 'MirrorUnreachable', copies: [] };
    throw error;
  }
}

/**
 * Puts a sealed copy with the mirror, and reads it back from there. It is never the only one: the owner has shown that they hold the
 * kit. One under a passphrase is sealed anew, under a generated passphrase (90 bits) and no other: everybody can have that file.
 * @throws JobRefusal KitUnproven, NoMirror, MirrorOld, PassphraseWeak, NoPasskeyCopy, CopyTooLarge, CopyChanged; XrpcError
 *   ConfirmationNeeded, KitPassphrase, KitDamaged, KitOfAnother, MirrorUnreachable, MirrorRefused; StoreError
 */
export async function putMirrorKit(ask: KeysAsk & { readonly what: 'put-mirror-kit' }, account: Account, context: KeysContext): Promise<MirrorKitReport> {
  const { vault, fetch, now, signal } = context;
  const { did, kit } = account;
  requireConfirmed(account, now());
  if (kit !== undefined) {
    throw new JobRefusal('KitUnproven', 'Nothing was changed. First show that you hold the kit and its passphrase: a copy at a mirror is never the only one.');
  }
  const mirror = pairedMirror(account);
  await kitsAt(fetch, mirror.url, did, signal).catch((error: unknown) => {
    throw isOld(error) ? new JobRefusal('MirrorOld', 'Nothing was changed. This mirror is of a version that keeps no copies of kits.') : error;
  });
  const file = ask.kind === 'passphrase' ? await underPassphrase(ask, account, mirror, context) : await underPasskey(account, context);
  if (file.length > MAX_KIT_AT_MIRROR_BYTES) {
    throw new JobRefusal('CopyTooLarge', 'Nothing was changed. This kit is larger than what a mirror keeps.');
  }
  const { url } = mirror;
  // Noted beforehand, beside what lies there: where the answer is lost nobody can tell which of the two it is.
  const note = (hashes: readonly string[]): Promise<void> => vault.put(did, MIRROR_KIT, { bytes: encodeCbor({ url, hashes }) });
  if (ask.kind === 'passphrase') await note([...await notedHashes(did, url, context) ?? [], hashOf(file)]);
  await putKitAt(context, account, mirror, { kind: ask.kind, file }, signal);
  const kept = (await kitsAt(fetch, url, did, signal)).find(({ kind }) => kind === ask.kind);
  if (kept === undefined || hashOf(kept.file) !== hashOf(file)) {
    throw new JobRefusal('CopyChanged', 'Your kit is safe. The mirror said that it keeps the copy, and gives out something else: do not count on it.');
  }
  if (ask.kind === 'passphrase') await note([hashOf(file)]);
  return mirrorKits(account, context);
}

/** Has the mirror delete a copy. @throws JobRefusal NoMirror; XrpcError ConfirmationNeeded, MirrorUnreachable, MirrorRefused; StoreError */
export async function takeMirrorKit({ kind }: KeysAsk & { readonly what: 'take-mirror-kit' }, account: Account, context: KeysContext): Promise<MirrorKitReport> {
  requireConfirmed(account, context.now());
  await removeKitAt(context, account, pairedMirror(account), kind, context.signal);
  if (kind === 'passphrase') await context.vault.remove(account.did, MIRROR_KIT);
  return mirrorKits(account, context);
}

async function underPassphrase(
  ask: { readonly kit: Blob; readonly passphrase: string }, account: Account, { mirrorDid }: PairedMirror, context: KeysContext,
): Promise<Uint8Array> {
  const kit = await presentKit(await kitBytes(ask.kit), passphraseText(ask.passphrase), account);
  try {
    const passphrase = generated(ask.passphrase);
    await noteUse(context, account.did, { what: 'kit-opened', key: 'kit', subject: 'mirror', audience: '' });
    const file = await sealKit(kit, passphrase);
    await noteUse(context, account.did, { what: 'kit-made', key: 'kit', subject: 'mirror', audience: mirrorDid });
    return file;
  } finally {
    wipeKit(kit);
  }
}

/** A kit that was sealed again elsewhere may have any passphrase. @throws JobRefusal PassphraseWeak */
function generated(typed: string): Passphrase {
  try {
    return parsePassphrase(typed);
  } catch {
    throw new JobRefusal('PassphraseWeak', 'Nothing was changed. This passphrase opens the kit, and Holdfast did not draw it: whoever has a file from a mirror can try passphrases without end, so only a drawn one is strong enough. Make a new kit, or use a passkey.');
  }
}

async function underPasskey(account: Account, context: KeysContext): Promise<Uint8Array> {
  const copy = await copyOf(account.did, context);
  if (copy === undefined || copy.recoveryKey !== account.rotationKeys[0]) {
    throw new JobRefusal('NoPasskeyCopy', 'This house has no copy of the kit under a passkey. Nothing was changed.');
  }
  return encodePasskeyCopy(copy);
}

async function told({ kind, file, storedAt }: KitAtMirror, { did }: Account, url: string, context: KeysContext): Promise<MirrorKit> {
  const expected = kind === 'passphrase' ? await notedHashes(did, url, context) : await copyHashes(did, context);
  return { kind, storedAt, file: file.slice(), ...(expected !== undefined && { isOurs: expected.includes(hashOf(file)) }) };
}

/** Of what this house put there, or began to put. */
async function notedHashes(did: Did, url: string, { vault }: KeysContext): Promise<readonly string[] | undefined> {
  const entry = await vault.get(did, MIRROR_KIT);
  try {
    const noted = entry && decodeCbor(entry.bytes) as { readonly url: string; readonly hashes: readonly string[] };
    return noted?.url === url ? noted.hashes : undefined;
  } catch {
    // Of an earlier version.
    return undefined;
  }
}

async function copyHashes(did: Did, context: KeysContext): Promise<readonly string[] | undefined> {
  const copy = await copyOf(did, context);
  return copy && [hashOf(encodePasskeyCopy(copy))];
}

/** @throws JobRefusal NoMirror */
function pairedMirror({ mirror }: Account): PairedMirror {
  if (mirror?.state === 'active') return mirror;
  throw new JobRefusal('NoMirror', 'Nothing was changed. This account is paired with no mirror.');
}

const isOld = (error: unknown): boolean => isRefusal(error, 'MethodNotImplemented');

const hashOf = (file: Uint8Array): string => cidOf(file, 'raw').toString();
