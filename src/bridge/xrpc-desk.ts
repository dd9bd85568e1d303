import { decodeCommitBody } from '../mirroring/index.ts';
import { Cid, datetimeFromMs, decodeCbor, encodeCbor, fromJson, HoldfastError, parseCid, parseTid, toJson } from '../protocol/index.ts';
import type { HouseCalls } from './house-calls.ts';
import type { HouseDesk, NextStep, Outgoing } from '../mirroring/index.ts';
import type { CborValue, Did, lexicons, Tid } from '../protocol/index.ts';

/** What the house said that no house says. */
export class DeskError extends HoldfastError<'InvalidAnswer'> {
  constructor(what: string) {
    super('InvalidAnswer', `The house gave ${what} that cannot be read. Nothing was changed; please reload all its windows.`);
  }
}

/** A commit as the feed tells of it (`app.holdfast.events.subscribe#outgoing`). */
export interface FreshCommit {
  readonly blobs: readonly string[];
  /** JSON form of bytes. */
  readonly message: unknown;
}

/** A desk that also learns what was signed before it asks. */
export interface PageDesk extends HouseDesk {
  /** The feed has told of a commit, and this is it; where it did not say what was signed, the house is asked again. */
  learn(commit: FreshCommit | undefined): void;
}

/** More than these wait anyway, and are asked for. */
const MOST_FRESH = 32;

/**
 * The desk of an account's house, asked from a page. Every method throws what `calls` throws.
 * @param onDoubt the mirror gives reason to look at the DID
 */
export function xrpcDesk(calls: Pick<HouseCalls, 'get' | 'post'>, account: Did, onDoubt: () => void = () => undefined): PageDesk {
  const did = account as DidText;
  /** By the rev that each was made on: an entry that follows what was sent last is the next one. */
  const fresh = new Map<Tid | null, Outgoing>();
  /** The rev of the newest commit there is, where the feed has told which one that is. */
  let newest: Tid | undefined;
  return {
    learn(commit) {
      const outgoing = commit && readFresh(commit);
      newest = outgoing?.rev;
      if (outgoing === undefined) return;
      if (fresh.size >= MOST_FRESH) fresh.clear();
      fresh.set(outgoing.message.since, outgoing);
    },
    async hello() {
      // What waits may be another since they last met.
      fresh.clear();
      newest = undefined;
      const { token, version } = await calls.post('app.holdfast.bridge.hello', { did });
      return { type: '#hello', did: account, token, version };
    },
    async greet({ head, seq, time, unclaimed = 0 }, sentAt, receivedAt) {
      if (unclaimed > 0) onDoubt();
      return stepOf(await calls.post('app.holdfast.bridge.greet', {
        did, time, sentAt: datetimeFromMs(sentAt), receivedAt: datetimeFromMs(receivedAt),
        ...(head !== undefined && { head: headJson(head) }), ...(seq !== undefined && { seq }),
      }));
    },
    async outbox(after, limit) {
      const next = after === undefined ? undefined : fresh.get(after);
      if (next !== undefined) {
        fresh.delete(after!);
        return [next];
      }
      if (after !== undefined && after === newest) return [];
      const response = await calls.get('app.holdfast.bridge.listOutbox', { did, limit, ...(after !== undefined && { after }) });
      return readOutbox(new Uint8Array(await response.arrayBuffer()));
    },
    async sendBlobs(cids) {
      await calls.post('app.holdfast.bridge.sendBlobs', { did, cids: cids.map(textOf) });
    },
    async settle({ did: of, commit, rev, seq, time, sig }) {
      const receipt = { did: of as DidText, commit: textOf(commit), rev, seq, time, sig: toJson(sig) as unknown as lexicons.AppHoldfastMirrorDefs.Receipt['sig'] };
      await calls.post('app.holdfast.bridge.settle', { did, receipt });
    },
    async refused({ rev, code, message, head, time }) {
      // Whoever takes a DID over replaces the key by which the mirror knows this house.
      if (code === 'InvalidToken') onDoubt();
      return stepOf(await calls.post('app.holdfast.bridge.refused', {
        did, code, message, time, ...(rev !== undefined && { rev }), ...(head !== undefined && { head: headJson(head) }),
      }));
    },
    async handOver() {
      await calls.post('app.holdfast.bridge.handOver', { did });
    },
  };
}

/** A DID as the types of lexicons have it. */
export type DidText = Did & `did:${string}:${string}`;

type Welcome = Parameters<HouseDesk['greet']>[0];

const headJson = ({ cid, rev, data }: NonNullable<Welcome['head']>): lexicons.AppHoldfastMirrorDefs.Head =>
  ({ commit: textOf(cid), rev, data: textOf(data) });

const textOf = (cid: Cid): string => cid.toString();

function stepOf({ next, after }: lexicons.AppHoldfastBridgeGreet.Next): NextStep {
  if (next === 'send') return { next: 'send', ...(after !== undefined && { after: parseTid(after) }) };
  if (next === 'hand-over') return { next: 'hand-over' };
  if (next === 'stop') return { next: 'stop' };
  throw new DeskError('a next step');
}

function readFresh({ blobs, message }: FreshCommit): Outgoing | undefined {
  try {
    const bytes = fromJson(message);
    if (!(bytes instanceof Uint8Array)) return undefined;
    const body = decodeCommitBody(bytes);
    return { rev: body.rev, blobs: blobs.map(parseCid), message: body };
  } catch {
    // It is asked for, and whoever is asked says what is wrong with it.
    return undefined;
  }
}

/** Reads the answer of `app.holdfast.bridge.listOutbox`. */
function readOutbox(bytes: Uint8Array): Outgoing[] {
  const rows = decodeCbor(bytes);
  if (!Array.isArray(rows)) throw new DeskError('an outbox');
  return (rows as readonly CborValue[]).map((row) => {
    if (typeof row !== 'object' || row === null || !('rev' in row) || !('blobs' in row) || !('message' in row)) throw new DeskError('an outbox');
    const { rev, blobs, message } = row;
    if (typeof rev !== 'string' || !isCids(blobs) || message === undefined) throw new DeskError('an outbox');
    return { rev: parseTid(rev), blobs, message: decodeCommitBody(encodeCbor(message)) };
  });
}

function isCids(value: CborValue | undefined): value is readonly Cid[] {
  return Array.isArray(value) && value.every((item) => item instanceof Cid);
}
