import { ask } from './ask.ts';
import type { KeyUse, KitOpening, PasskeyCopy } from './key-types.ts';

export type { KeyUse, KitOpening, PasskeyCopy } from './key-types.ts';

/** What the keys of an account were used for, newest first. Rejects with `JobFailure`, as the others. */
export function readUses(did: string): Promise<readonly KeyUse[]> {
  return ask('keys', { did, what: 'uses' });
}

/** The copy of the present kit that this house has under a passkey. */
export async function readPasskeyCopy(did: string): Promise<PasskeyCopy | undefined> {
  return (await ask<{ readonly copy?: PasskeyCopy }>('keys', { did, what: 'passkey' })).copy;
}

/** Seals the kit once more, under what a passkey answered: the answer goes to the worker and is wiped there. */
export async function addPasskeyCopy(
  did: string, given: { readonly kit: Blob; readonly passphrase: string; readonly id: Uint8Array; readonly answer: Uint8Array<ArrayBuffer> },
): Promise<PasskeyCopy | undefined> {
  return (await ask<{ readonly copy?: PasskeyCopy }>('keys', { did, what: 'add-passkey', ...given }, [given.answer.buffer])).copy;
}

/** Lets the copy go. The passkey itself stays where it is. */
export async function removePasskeyCopy(did: string): Promise<void> {
  await ask('keys', { did, what: 'remove-passkey' });
}

/** What of an opening goes to the worker and does not stay here. */
export function transferOf(opening: KitOpening | undefined): Transferable[] {
  return opening !== undefined && 'passkey' in opening ? [opening.passkey.buffer] : [];
}
