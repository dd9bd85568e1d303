import { ask } from './ask.ts';
import type { KeyUse, KitKeeping, KitOpening, MirrorKit, MirrorKits } from './key-types.ts';

export type { KeyUse, KitOpening, MirrorKit, MirrorKits, PasskeyCopy } from './key-types.ts';

/** What the keys of an account were used for, newest first. Rejects with `JobFailure`, as the others. */
export function readUses(did: string): Promise<readonly KeyUse[]> {
  return ask('keys', { did, what: 'uses' });
}

/** The copy of the present kit that this house has under a passkey, and whether it asks again. */
export function readKeeping(did: string): Promise<KitKeeping> {
  return ask('keys', { did, what: 'passkey' });
}

/** Seals the kit once more, under what a passkey answered: the answer goes to the worker and is wiped there. */
export async function addPasskeyCopy(
  did: string, given: { readonly kit: Blob; readonly passphrase: string; readonly id: Uint8Array; readonly answer: Uint8Array<ArrayBuffer> },
): Promise<void> {
  await ask('keys', { did, what: 'add-passkey', ...given }, [given.answer.buffer]);
}

/** Lets the copy go. The passkey itself stays where it is. */
export async function removePasskeyCopy(did: string): Promise<void> {
  await ask('keys', { did, what: 'remove-passkey' });
}

/** Which sealed copies of the kit lie with the mirror, as it shows them to everyone. */
export function readMirrorKits(did: string): Promise<MirrorKits> {
  return ask('keys', { did, what: 'mirror-kits' });
}

/** Puts a sealed copy with the mirror: of the owner's file, under its generated passphrase; or the one that this browser has under a passkey. */
export function putMirrorKit(
  did: string, given: { readonly kind: 'passphrase'; readonly kit: Blob; readonly passphrase: string } | { readonly kind: 'passkey' },
): Promise<MirrorKits> {
  return ask('keys', { did, what: 'put-mirror-kit', ...given });
}

/** Has the mirror delete a copy. */
export function takeMirrorKit(did: string, kind: MirrorKit['kind']): Promise<MirrorKits> {
  return ask('keys', { did, what: 'take-mirror-kit', kind });
}

/** Shows that the owner is there: for two minutes what they want to be asked about is done. */
export async function confirmOwner(did: string, opening: KitOpening): Promise<void> {
  await ask('keys', { did, what: 'confirm', ...opening }, transferOf(opening));
}

/** Sets whether the owner is asked again before what cannot be taken back. */
export async function setAskAgain(did: string, isOn: boolean, opening: KitOpening): Promise<void> {
  await ask('keys', { did, what: 'ask-again', isOn, ...opening }, transferOf(opening));
}

/** For one who has neither kit nor passkey: wants that let go of in 72 hours, or not; or lets it go when they are over. */
export async function liftAsking(did: string, what: 'lift' | 'unlift' | 'lifted'): Promise<void> {
  await ask('keys', { did, what });
}

/** What of an opening goes to the worker and does not stay here. */
export function transferOf(opening: KitOpening | undefined): Transferable[] {
  return opening !== undefined && 'passkey' in opening ? [opening.passkey.buffer] : [];
}
