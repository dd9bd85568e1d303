import { ask } from './ask.ts';
import { transferOf } from './keys.ts';
import type { KitOpening } from './keys.ts';
import type { HandleCheck, IdentityReport, NamesCheck, WebCheck } from './identity-types.ts';

export type { FurtherName, HandleCheck, IdentityAlarm, IdentityChange, IdentityEntry, IdentityReport, IdentityState, ImportedKey, KeyHolder, NamesCheck, WebCheck } from './identity-types.ts';

/** Has the log of an account fetched and verified. Rejects with `JobFailure`, as the others. */
export function readIdentity(did: string): Promise<IdentityReport> {
  return ask('identity', { did, what: 'read' });
}

/** Takes operations, by CID, for the owner's own, and tells how the identity is then. */
export function acceptOperations(did: string, cids: readonly string[]): Promise<IdentityReport> {
  return ask('identity', { did, what: 'accept', cids });
}

/** Undoes operations with the kit, which the worker opens and wipes, and tells how the identity is then. */
export function undoOperations(did: string, given: { readonly cids: readonly string[] } & KitOpening): Promise<IdentityReport> {
  return ask('identity', { did, what: 'undo', ...given }, transferOf(given));
}

/** Looks whether a name leads to the account, and what taking it would change. Nothing is changed. */
export function checkHandle(did: string, given: { readonly handle: string; readonly resolver: string }): Promise<HandleCheck> {
  return ask('identity', { did, what: 'check-handle', ...given });
}

/** Gives the account a name that leads to it, and tells how the identity is then. */
export function changeHandle(did: string, given: { readonly handle: string; readonly resolver: string }): Promise<IdentityReport> {
  return ask('identity', { did, what: 'change-handle', ...given });
}

/** Looks what it would change to give the account these further names and no others, and whether the new ones lead to it. Nothing is changed. */
export function checkNames(did: string, given: { readonly names: readonly string[]; readonly resolver: string }): Promise<NamesCheck> {
  return ask('identity', { did, what: 'check-names', ...given });
}

/** Gives the account these further names and no others, and tells how the identity is then. */
export function changeNames(did: string, given: { readonly names: readonly string[]; readonly resolver: string }): Promise<IdentityReport> {
  return ask('identity', { did, what: 'change-names', ...given });
}

/** Takes the right to change the identity from keys, with the kit, and tells how the identity is then. */
export function lockOutKeys(did: string, given: { readonly keys: readonly string[] } & KitOpening): Promise<IdentityReport> {
  return ask('identity', { did, what: 'lock-out', ...given }, transferOf(given));
}

/** What the document of a did:web on a domain is to say, and, if it is live, what is wrong with the one that is there. Nothing is changed. */
export function webDocument(did: string, given: { readonly domain: string; readonly isLive: boolean; readonly pds?: string; readonly resolver: string }): Promise<WebCheck> {
  return ask('identity', { did, what: 'web-document', ...given });
}

/** Brings in a K-256 key as another server wrote it: the worker reads it and keeps it wrapped. Tells how the identity is then. */
export function importKey(did: string, key: Blob): Promise<IdentityReport> {
  return ask('identity', { did, what: 'import-key', key });
}

/** Has that key give this house the right to change the identity, or forgets it. */
export function useImportedKey(did: string, what: 'use-key' | 'forget-key'): Promise<IdentityReport> {
  return ask('identity', { did, what });
}
