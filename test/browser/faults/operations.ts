// What a house is asked to do while it is hurt. Page and worker both know it: records and keys are written down, so that what
// is to be there afterwards is known.
import { parseDid } from '../../../src/protocol/index.ts';
import type { HousePds } from '../../../src/pds/index.ts';

export const DID = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');
export const NOTE = 'app.holdfast.note';
/** A picture that is there and that no record names, and one that a record names. */
export const LOOSE_BLOB = new Uint8Array(3_000).fill(3);
export const NAMED_BLOB = new Uint8Array(2_000).fill(2);
export const NEW_BLOB = new Uint8Array(5_000).fill(5);

/** How many records a house has at first, at `NOTE/r00` and so on. */
export const RECORDS = 60;

/** What the house is like before. */
export type Shape =
  | 'small'
  /** The tail is due to be folded into a pack. */
  | 'due to fold'
  /** Besides, much of its pack is dead once that is done. */
  | 'due to compact'
  /** A database as the first version of the schema made it. */
  | 'first version';

export interface OperationCase {
  readonly shape: Shape;
  /** Asked of the server; the others the worker does by itself. */
  readonly request?: (requestId: string) => readonly [nsid: string, body: BodyInit, type: string];
  /** Whether it is done once for a request id: then a repeat is answered as before. */
  readonly isKept: boolean;
}

export const OPERATIONS = {
  create: { shape: 'small', isKept: true, request: () => writing('createRecord', { rkey: 'made', record: note('made') }) },
  update: { shape: 'small', isKept: true, request: () => writing('putRecord', { rkey: 'r05', record: note('changed') }) },
  delete: { shape: 'small', isKept: true, request: () => writing('deleteRecord', { rkey: 'pictured' }) },
  'applyWrites of 200': { shape: 'small', isKept: true, request: () => writing('applyWrites', { writes: twoHundred() }, false) },
  'blob upload': { shape: 'small', isKept: false, request: () => ['com.atproto.repo.uploadBlob', NEW_BLOB, 'image/png'] },
  'blob reference': {
    shape: 'small', isKept: true,
    request: () => writing('createRecord', { rkey: 'named', record: { ...note('named'), picture: blobRef(LOOSE_BLOB.length, LOOSE_CID) } }),
  },
  'account creation': {
    shape: 'small', isKept: true,
    request: () => ['app.holdfast.account.create', JSON.stringify({ passphrase: PASSPHRASE }), 'application/json'],
  },
  'write that folds': { shape: 'due to fold', isKept: true, request: () => writing('createRecord', { rkey: 'made', record: note('made') }) },
  folding: { shape: 'due to fold', isKept: false },
  compaction: { shape: 'due to compact', isKept: false },
  restore: { shape: 'small', isKept: false },
  'schema upgrade': { shape: 'first version', isKept: false },
} satisfies Record<string, OperationCase>;

export type OperationName = keyof typeof OPERATIONS;

export const operationCase = (name: OperationName): OperationCase => OPERATIONS[name];

/** CID of `LOOSE_BLOB`, written out so that this file asks nobody. */
const LOOSE_CID = 'bafkreidkmeapq3cugbafwdu7jqgzihptb6htzswqejoktgvkbyalhyqdzy';
/** One that `generatePassphrase` gave once. */
const PASSPHRASE = 'MNFQT-VBPSR-W9WN6-GEDH7';

export function note(text: string): Record<string, unknown> {
  return { $type: NOTE, text };
}

export function blobRef(size: number, cid: string): Record<string, unknown> {
  return { $type: 'blob', ref: { $link: cid }, mimeType: 'image/png', size };
}

export const keyOf = (index: number): string => `r${String(index).padStart(2, '0')}`;

/** Asks the server as the owner's page does. */
export async function asking(
  pds: HousePds, requestId: string, [nsid, body, type]: readonly [string, BodyInit, string],
): Promise<{ readonly status: number; readonly text: string }> {
  const headers = { 'content-type': type, 'holdfast-request-id': requestId };
  const response = await pds.fetch(new Request(`http://house.test/xrpc/${nsid}`, { method: 'POST', body, headers }), { kind: 'owner' });
  return { status: response.status, text: await response.text() };
}

export function writing(method: string, more: Record<string, unknown>, isOne = true): readonly [string, string, string] {
  return [`com.atproto.repo.${method}`, JSON.stringify({ repo: DID, ...(isOne && { collection: NOTE }), ...more }), 'application/json'];
}

function twoHundred(): readonly Record<string, unknown>[] {
  return Array.from({ length: 200 }, (_, index) => {
    if (index < 20) return { $type: 'com.atproto.repo.applyWrites#update', collection: NOTE, rkey: keyOf(index), value: note(`changed ${index}`) };
    if (index < 40) return { $type: 'com.atproto.repo.applyWrites#delete', collection: NOTE, rkey: keyOf(index) };
    return { $type: 'com.atproto.repo.applyWrites#create', collection: NOTE, rkey: `one-of-many-${index}`, value: note(`new ${index}`) };
  });
}
