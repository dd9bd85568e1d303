import { datetimeFromMs, encodeFrame } from '../protocol/index.ts';
import type { Did, Handle, Tid } from '../protocol/index.ts';
import { Budget, carBytes, CarDecoder, COMMIT_LIMITS, readCar } from '../repo/index.ts';
import type { Block, CommitMessage } from '../repo/index.ts';
import { operationBody } from './commit-body.ts';
import type { NewEvent } from './ports/event-log.ts';

/**
 * The frame of an event at its place in a log, as every subscriber gets it.
 * @param time when it was told, milliseconds since 1970
 */
export function eventFrame({ type, body }: NewEvent, seq: number, time: number): Uint8Array {
  return encodeFrame(type, { ...body, seq, time: datetimeFromMs(time) });
}

/** A commit that was verified, as the network is told of it. */
export function commitEvent({ repo, rev, since, commit, prevData, ops, blocks }: CommitMessage): NewEvent {
  return {
    type: '#commit', did: repo, head: { cid: commit.detached(), rev },
    body: {
      repo, rev, since, commit, prevData, ops: ops.map(operationBody), blocks: commitFirst(blocks),
      blobs: [], rebase: false, tooBig: false,
    },
  };
}

/**
 * What a repository is at now, whatever was told before: after it was replaced, or its account came back.
 * @param commit its block
 */
export function syncEvent(did: Did, rev: Tid, commit: Block): NewEvent {
  return { type: '#sync', did, head: { cid: commit.cid.detached(), rev }, body: { did, rev, blocks: carBytes(commit.cid, [commit]) } };
}

/** The DID document or the handle may have changed. `handle` is one that was seen to lead back to the DID. */
export function identityEvent(did: Did, handle?: Handle): NewEvent {
  return { type: '#identity', did, body: { did, ...(handle !== undefined && { handle }) } };
}

/**
 * What comes before a commit that is signed by another key than the one before it: a relay goes by the key that it remembers, and drops the
 * commit, until it is told to ask again. Without a handle, since only the key was looked up.
 * @param known `did:key` that signed the one before
 */
export function keyEvents(did: Did, known: string | undefined, signingKey: string): readonly NewEvent[] {
  return known === undefined || known === signingKey ? [] : [identityEvent(did)];
}

/** Whether the account is served here; where it is not, `status` says why. */
export function accountEvent(did: Did, active: boolean, status?: 'deactivated' | 'suspended' | 'takendown' | 'deleted'): NewEvent {
  return { type: '#account', did, body: { did, active, ...(status !== undefined && { status }) } };
}

const STATUSES = ['takendown', 'suspended', 'deleted', 'deactivated', 'desynchronized', 'throttled'];

/** Whether the network knows this reason why an account is not served. */
export function isAccountStatus(status: string): boolean {
  return STATUSES.includes(status);
}

/** Readers of the network look for the commit in the first block, and some read no further. */
function commitFirst(car: Uint8Array): Uint8Array {
  const decoder = new CarDecoder(new Budget(COMMIT_LIMITS));
  decoder.push(car);
  const first = decoder.next();
  if (first?.cid.equals(decoder.root!)) return car;
  const { root, blocks } = readCar(car);
  const isCommit = ({ cid }: Block): boolean => cid.equals(root);
  return carBytes(root, [...blocks.filter(isCommit), ...blocks.filter((block) => !isCommit(block))]);
}
