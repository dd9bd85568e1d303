import { decodeCbor, encodeCbor, HoldfastError, MAX_FRAME_BYTES } from '../protocol/index.ts';
import type { CborMap, CborValue } from '../protocol/index.ts';
import type { CommitMessage, Operation } from '../repo/index.ts';
import { badFrame, Fields } from './fields.ts';

/** The body of `#commit` as DAG-CBOR: what waits in an outbox. @throws UnencodableError */
export function encodeCommitBody(message: CommitMessage): Uint8Array {
  return encodeCbor(commitBody(message));
}

/** @throws ChannelError BadFrame */
export function decodeCommitBody(bytes: Uint8Array): CommitMessage {
  let value: CborValue;
  try {
    value = decodeCbor(bytes);
  } catch (cause) {
    if (!(cause instanceof HoldfastError)) throw cause;
    throw badFrame('A #commit is not canonical DAG-CBOR.', {}, cause);
  }
  return readCommitBody(Fields.of('#commit', value));
}

export function commitBody({ repo, rev, since, commit, prevData, ops, blocks, blobs, rebase, tooBig, time }: CommitMessage): CborMap {
  return { repo, rev, since, commit, prevData, ops: ops.map(operationBody), blocks, blobs, rebase, tooBig, time };
}

/** An operation as `com.atproto.sync.subscribeRepos#repoOp` has it: `prev` is absent from a create. */
export function operationBody({ action, path, cid, prev }: Operation): CborMap {
  return { action, path, cid, ...(prev !== undefined && { prev }) };
}

/** Each field has its type; whether they agree, and how much they may hold, is for `verifyCommitMessage` to say. */
export function readCommitBody(fields: Fields): CommitMessage {
  return {
    repo: fields.did('repo'),
    rev: fields.tid('rev'),
    since: fields.tidOrNull('since'),
    commit: fields.cid('commit'),
    prevData: fields.cid('prevData'),
    ops: fields.maps('ops', MOST_ITEMS).map(readOperation),
    blocks: fields.bytes('blocks', MAX_FRAME_BYTES),
    blobs: fields.cids('blobs', MOST_ITEMS),
    rebase: fields.boolean('rebase'),
    tooBig: fields.boolean('tooBig'),
    time: fields.datetime('time'),
  };
}

/** More than a commit may have, so that one with somewhat too many is refused by name. */
const MOST_ITEMS = 10_000;
const MOST_PATH = 1_024;

function readOperation(fields: Fields): Operation {
  const action = fields.text('action', 16);
  if (action !== 'create' && action !== 'update' && action !== 'delete') {
    throw badFrame('An operation of a #commit is a create, an update or a delete.', { field: 'action' });
  }
  const operation = {
    action, path: fields.text('path', MOST_PATH), cid: fields.cidOrNull('cid'), ...(fields.has('prev') && { prev: fields.cid('prev') }),
  };
  // Whether action, cid and prev fit each other is looked at with the rest of the message.
  return operation as Operation;
}
