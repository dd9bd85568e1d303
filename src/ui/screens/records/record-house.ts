import { house } from '../../house/client.ts';
import { mapOf, textOf } from './json-shape.ts';
import { batches, undoCalls } from './changes.ts';
import type { Change, DeleteWrite, Place, Version } from './changes.ts';
import type { Page, Row } from './record-pages.ts';
import type { JsonMap, lexicons } from '../../../protocol/index.ts';

/** What the house knows of an account. */
export type AccountDescription = lexicons.AppHoldfastAccountDescribe.$output;

/** Whether a record is checked against its lexicon: if that is known, in any case, or never. */
export type Validation = 'auto' | 'require' | 'skip';

/** What a write came to. `rev` is undefined if nothing had to be changed. */
export interface Written {
  readonly uri: string;
  readonly cid: string;
  readonly rkey: string;
  readonly rev: string | undefined;
}

// The lexicons of com.atproto reach the pages as answers only: what is read here is looked at where it is used.
const call = house as unknown as {
  get(method: string, params: object): Promise<JsonMap>;
  post(method: string, input: object, options?: { readonly requestId?: string }): Promise<JsonMap>;
};

/** What the house knows of the account. */
export const describeAccount = (did: string): Promise<AccountDescription> =>
  call.get('app.holdfast.account.describe', { did }) as Promise<unknown> as Promise<AccountDescription>;

/** A hundred records of a collection, newest key first. */
export async function listPage(repo: string, collection: string, cursor: string | undefined): Promise<Page> {
  const answer = await call.get('com.atproto.repo.listRecords', { repo, collection, limit: 100, ...(cursor !== undefined && { cursor }) });
  const records = Array.isArray(answer.records) ? (answer.records as readonly JsonMap[]) : [];
  return { rows: records.map(rowOf), cursor: textOf(answer.cursor) };
}

/** A record as it is now. @throws HouseError RecordNotFound */
export async function readRecord(repo: string, { collection, rkey }: Place): Promise<Row> {
  return rowOf(await call.get('com.atproto.repo.getRecord', { repo, collection, rkey }));
}

/** The record as it is now, or undefined if there is none. */
export async function findRecord(repo: string, place: Place): Promise<Row | undefined> {
  try {
    return await readRecord(repo, place);
  } catch (error) {
    if (codeOf(error) === 'RecordNotFound') return undefined;
    throw error;
  }
}

/** Writes a new record. The same `requestId` twice makes one record. @throws HouseError */
export async function createRecord(repo: string, record: {
  readonly collection: string; readonly rkey: string | undefined; readonly value: JsonMap; readonly validation?: Validation;
}, requestId: string): Promise<Written> {
  const { collection, rkey, value, validation } = record;
  return writtenOf(await call.post('com.atproto.repo.createRecord', {
    repo, collection, record: value, ...(rkey !== undefined && { rkey }), ...validate(validation),
  }, { requestId }));
}

/** Writes over a record. `previous` is what it is thought to be, undefined if nothing. @throws HouseError InvalidSwap */
export async function putRecord(repo: string, record: Place & {
  readonly value: JsonMap; readonly previous: string | undefined; readonly validation?: Validation;
}): Promise<Written> {
  const { collection, rkey, value, previous, validation } = record;
  return writtenOf(await call.post('com.atproto.repo.putRecord', {
    repo, collection, rkey, record: value, swapRecord: previous ?? null, ...validate(validation),
  }));
}

/** Removes a record, if it is still the version that is meant. @throws HouseError InvalidSwap */
export async function deleteRecord(repo: string, { collection, rkey }: Place, cid: string): Promise<void> {
  await call.post('com.atproto.repo.deleteRecord', { repo, collection, rkey, swapRecord: cid });
}

/**
 * Removes many records of a collection, 200 in one commit, and tells after each commit which are gone: if a later one
 * fails, those stay gone. @throws HouseError
 */
export async function deleteRecords(
  repo: string, collection: string, rows: readonly Row[], gone: (rows: readonly Row[]) => void,
): Promise<void> {
  for (const batch of batches(rows)) {
    const writes = batch.map(({ rkey }): DeleteWrite => ({ $type: 'com.atproto.repo.applyWrites#delete', collection, rkey }));
    await call.post('com.atproto.repo.applyWrites', { repo, writes });
    gone(batch);
  }
}

/** Takes the changes back by new commits. @throws HouseError InvalidSwap if somebody has changed a record since */
export async function undoChanges(repo: string, changes: readonly Change[]): Promise<void> {
  for (const { method, input } of undoCalls(repo, changes)) await call.post(method, input);
}

/** The CIDs of the account's blobs after a cursor, at most 500. */
export async function listBlobs(did: string, cursor: string | undefined): Promise<{ cids: readonly string[]; cursor: string | undefined }> {
  const answer = await call.get('com.atproto.sync.listBlobs', { did, limit: 500, ...(cursor !== undefined && { cursor }) });
  return { cids: Array.isArray(answer.cids) ? (answer.cids as readonly string[]) : [], cursor: textOf(answer.cursor) };
}

/** Whose a handle is; undefined if nobody can be found by it. */
export async function resolveHandle(handle: string): Promise<string | undefined> {
  try {
    return textOf((await call.get('com.atproto.identity.resolveHandle', { handle })).did);
  } catch {
    return undefined;
  }
}

/** The name of a refusal, as the house gives it. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The row as a version that a change can name. */
export const versionOf = ({ cid, value }: Row): Version => ({ cid, value });

function rowOf(view: JsonMap): Row {
  return { rkey: rkeyOf(textOf(view.uri) ?? ''), cid: textOf(view.cid) ?? '', value: mapOf(view.value) ?? {} };
}

function writtenOf(answer: JsonMap): Written {
  const uri = textOf(answer.uri) ?? '';
  return { uri, cid: textOf(answer.cid) ?? '', rkey: rkeyOf(uri), rev: textOf(mapOf(answer.commit)?.rev) };
}

const rkeyOf = (uri: string): string => uri.split('/').at(-1) ?? '';

const validate = (validation: Validation = 'auto'): { validate?: boolean } =>
  validation === 'auto' ? {} : { validate: validation === 'require' };
