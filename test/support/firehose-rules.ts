// What relays and other consumers check (reliability notes: A1–A19 of relays, B1–B6 of AppView-like consumers), one by one.
import { createHash } from 'node:crypto';
import { verifySignature } from '@atproto/crypto';
import { lexicons } from '@atproto/api';
import { decode, encode } from '@ipld/dag-cbor';
import { linkText } from './event-facts.ts';
import type { EventFacts } from './event-facts.ts';
import { invertAgain } from './second-inversion.ts';
import type { PlainMessage } from './second-inversion.ts';

/** What the DID document of an account says. */
export interface KnownIdentity {
  /** `did:key`s that sign or have signed its commits. */
  readonly keys: readonly string[];
  readonly handles: readonly string[];
  /** Origins of its server, present and past. */
  readonly hosts: readonly string[];
}

/** Whose stream it is. */
export interface StreamContext {
  /** Origin of the host. */
  readonly host: string;
  /** Whether it hosts accounts itself; a relay passes on those of others. */
  readonly isRelay?: boolean;
  readonly identityOf: (did: string) => KnownIdentity | undefined | Promise<KnownIdentity | undefined>;
}

/** What is known of an account from the frames before. */
interface AccountState {
  isActive: boolean | undefined;
  /** `#account` and `#identity` since it was last inactive. */
  told: string[];
  rev: string | undefined;
  data: string | undefined;
}

/** What a reader of the stream remembers. */
export class StreamState {
  seq = 0;
  readonly accounts = new Map<string, AccountState>();

  of(did: unknown): AccountState {
    const key = String(did);
    let state = this.accounts.get(key);
    if (state === undefined) this.accounts.set(key, state = { isActive: undefined, told: [], rev: undefined, data: undefined });
    return state;
  }

  /** Takes note of a frame, after the rules have looked at it. */
  note({ type, seq, did, body, commit }: EventFacts): void {
    if (typeof seq === 'number') this.seq = Math.max(this.seq, seq);
    const state = this.of(did);
    if (type === '#account') {
      const isActive = body['active'] === true;
      if (isActive !== state.isActive) state.told = [];
      state.isActive = isActive;
    }
    if (type === '#account' || type === '#identity') state.told.push(type);
    if (type === '#commit' || type === '#sync') {
      state.rev = String(body['rev']);
      state.data = linkText(commit?.['data']);
    }
  }
}

/** A rule of a frame (by itself), of a stream (what came before counts), or of a host (what its frames say of it). */
export interface Rule {
  readonly id: string;
  readonly of: 'frame' | 'stream' | 'host';
  readonly says: string;
  /** What is wrong, or undefined. */
  readonly check: (facts: EventFacts, state: StreamState, context: StreamContext) => string | undefined | Promise<string | undefined>;
}

const TID = /^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/;
const DID = /^did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]$/;
const DATETIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const PATH = /^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._~:-]+$/;
const EVENTS = ['#commit', '#sync', '#identity', '#account'];
const STATUSES = ['takendown', 'suspended', 'deleted', 'deactivated', 'desynchronized', 'throttled'];
const COMMIT_FIELDS = ['data', 'did', 'prev', 'rev', 'sig', 'version'];
const FUTURE_MS = 300_000;

const hasHead = ({ type }: EventFacts): boolean => type === '#commit' || type === '#sync';
const unless = (isRight: boolean, fault: string): string | undefined => (isRight ? undefined : fault);

/** Time of a rev, milliseconds since 1970. */
function revTime(rev: string): number {
  let value = 0n;
  for (const letter of rev) value = value * 32n + BigInt('234567abcdefghijklmnopqrstuvwxyz'.indexOf(letter));
  return Number((value >> 10n) / 1000n);
}

/** What inverting a message gave: mirror and relay tell the same. */
const outcomes = new Map<string, Promise<string | undefined>>();

function outcomeOf(message: PlainMessage): Promise<string | undefined> {
  const { blocks, ...words } = message;
  const name = createHash('sha256').update(JSON.stringify(words)).update(blocks).digest('hex');
  const outcome = outcomes.get(name) ?? invertAgain(message).then(() => undefined, (error: unknown) => (error as Error).message);
  outcomes.set(name, outcome);
  return outcome;
}

/** What looking at a signature gave, likewise. */
const looks = new Map<string, Promise<boolean>>();

function isSigned(key: string, bytes: Uint8Array, sig: Uint8Array): Promise<boolean> {
  const name = createHash('sha256').update(key).update(sig).update(bytes).digest('hex');
  const look = looks.get(name) ?? verifySignature(key, bytes, sig);
  looks.set(name, look);
  return look;
}

/** The rules, each by the name that the notes give it. */
export const FIREHOSE_RULES: readonly Rule[] = [
  {
    id: 'A2', of: 'frame', says: 'binary, two canonical DAG-CBOR maps, 5,000,000 bytes at most',
    check: ({ fault, bytes }) => fault ?? unless((bytes as Uint8Array).length <= 5_000_000, 'the frame is too long'),
  },
  {
    id: 'A3', of: 'stream', says: 'seq is a positive integer, greater than every one before',
    check: ({ type, seq }, state) => unless(
      !EVENTS.includes(type) || (Number.isSafeInteger(seq) && (seq as number) > state.seq && (seq as number) > 0), `seq ${String(seq)} after ${state.seq}`),
  },
  {
    id: 'A4', of: 'frame', says: 'op is 1 with a known type, or -1 with an error',
    check: ({ header, type, body }) => (header['op'] === -1
      ? unless(typeof body['error'] === 'string' && header['t'] === undefined, 'an error without a name')
      : unless(header['op'] === 1 && [...EVENTS, '#info'].includes(type), `op ${String(header['op'])}, type ${type}`)),
  },
  {
    id: 'A6', of: 'host', says: 'the DID is one, in lower case, and its document names this host',
    check: async ({ type, did }, _state, { host, isRelay = false, identityOf }) => {
      if (!EVENTS.includes(type)) return undefined;
      if (typeof did !== 'string' || !DID.test(did) || did !== did.toLowerCase()) return `no DID in lower case: ${String(did)}`;
      const identity = await identityOf(did);
      if (identity === undefined) return `${did} does not resolve`;
      return unless(isRelay || identity.hosts.includes(host), `${did} is not on ${host}`);
    },
  },
  {
    id: 'A7', of: 'stream', says: 'commits of active accounts only, after #account and #identity that said so',
    check: (facts, state) => {
      if (!hasHead(facts)) return undefined;
      const { isActive, told } = state.of(facts.did);
      return unless(isActive === true && told[0] === '#account' && told.includes('#identity'), `active: ${String(isActive)}, told: ${told.join(' ')}`);
    },
  },
  {
    id: 'A8', of: 'stream', says: 'rev is a TID, above the one before, at most 5 minutes ahead',
    check: (facts, state) => {
      if (!hasHead(facts)) return undefined;
      const rev = facts.body['rev'];
      if (typeof rev !== 'string' || !TID.test(rev)) return 'rev is no TID';
      const before = state.of(facts.did).rev;
      if (facts.type === '#commit' && before !== undefined && rev <= before) return `rev ${rev} after ${before}`;
      return unless(revTime(rev) <= Date.parse(String(facts.body['time'])) + FUTURE_MS, 'rev lies in the future');
    },
  },
  {
    id: 'A9', of: 'frame', says: 'blocks of 2,000,000 bytes, 200 operations, records of 1,000,000 bytes at most',
    check: ({ body, ops, car }) => {
      const blocks = body['blocks'];
      if (blocks instanceof Uint8Array && blocks.length > 2_000_000) return 'too many bytes';
      if (ops.length > 200) return `${ops.length} operations`;
      return unless(ops.every(({ cid }) => (car?.blocks.get(cid ?? '')?.length ?? 0) <= 1_000_000), 'a record is too long');
    },
  },
  {
    id: 'A10', of: 'frame', says: 'a CAR of version 1 with one root, which is the commit and comes first',
    check: (facts) => {
      if (!hasHead(facts)) return undefined;
      const { car, type, body } = facts;
      if (car === undefined || car.version !== 1 || car.roots.length !== 1 || car.first !== car.roots[0]) return 'no CAR with one root that comes first';
      return unless(type === '#sync' || car.roots[0] === linkText(body['commit']), 'the root is another commit');
    },
  },
  {
    id: 'A11', of: 'frame', says: 'the commit has version 3, prev: null, six fields and no other',
    check: (facts) => {
      if (!hasHead(facts)) return undefined;
      const { commit = {} } = facts;
      return unless(
        commit['version'] === 3 && commit['prev'] === null && Object.keys(commit).sort().join() === COMMIT_FIELDS.join()
        && typeof commit['did'] === 'string' && TID.test(String(commit['rev'])) && linkText(commit['data']) !== undefined, 'not such a commit');
    },
  },
  {
    id: 'A12', of: 'frame', says: 'signed by the key of the account: 64 bytes, low S',
    check: async (facts, _state, { identityOf }) => {
      if (!hasHead(facts)) return undefined;
      const { sig, ...unsigned } = facts.commit ?? {};
      const { keys = [] } = await identityOf(String(facts.did)) ?? {};
      if (!(sig instanceof Uint8Array) || sig.length !== 64) return 'the signature is not of 64 bytes';
      const verified = await Promise.all(keys.map((key) => isSigned(key, encode(unsigned), sig)));
      return unless(verified.includes(true), 'no key of the account signed it');
    },
  },
  {
    id: 'A13', of: 'frame', says: 'account and rev of the event are those of the commit; a #sync has the commit and no more',
    check: (facts) => {
      if (!hasHead(facts)) return undefined;
      const { commit, did, body, type, car } = facts;
      if (commit?.['did'] !== did || commit?.['rev'] !== body['rev']) return 'the event says otherwise than the commit';
      return unless(type === '#commit' || car?.blocks.size === 1, 'a #sync with more than the commit');
    },
  },
  {
    id: 'A14', of: 'frame', says: 'blocks, tooBig and rebase false, prevData, a datetime',
    check: ({ type, body }) => {
      if (EVENTS.includes(type) && !DATETIME.test(String(body['time']))) return 'time is no datetime';
      if (type !== '#commit') return undefined;
      const hasBlocks = body['blocks'] instanceof Uint8Array && body['blocks'].length > 0;
      return unless(hasBlocks && body['tooBig'] === false && body['rebase'] === false && linkText(body['prevData']) !== undefined, 'a field is missing or wrong');
    },
  },
  {
    id: 'A15', of: 'stream', says: 'prevData and since are data and rev of the commit before',
    check: (facts, state) => {
      if (facts.type !== '#commit') return undefined;
      const { rev, data } = state.of(facts.did);
      if (rev === undefined) return undefined;
      if (facts.body['since'] !== rev) return `since ${String(facts.body['since'])} after ${rev}`;
      return unless(linkText(facts.body['prevData']) === data, 'prevData is not the tree before');
    },
  },
  {
    id: 'A16', of: 'frame', says: 'undoing the operations gives prevData (by a second implementation); paths once; shapes of operations',
    check: async ({ type, body, ops }) => {
      if (type !== '#commit') return undefined;
      for (const { action, cid, prev } of ops) {
        const fits = action === 'create' ? cid !== null && prev === undefined : action === 'update' ? cid !== null && prev !== undefined
          : action === 'delete' && cid === null && prev !== undefined;
        if (!fits) return `no such operation: ${String(action)}`;
      }
      if (new Set(ops.map(({ path }) => path)).size !== ops.length) return 'a path twice';
      const message = {
        commit: linkText(body['commit']) ?? '', prevData: linkText(body['prevData']) ?? '', blocks: body['blocks'] as Uint8Array,
        ops: ops.map(({ action, path, cid, prev }) => ({ action: String(action), path: String(path), cid, prev })),
      };
      return outcomeOf(message);
    },
  },
  {
    id: 'A17', of: 'frame', says: 'nodes of 8,192 entries, keys of 1,024 bytes at most',
    check: ({ type, car }) => {
      if (type !== '#commit') return undefined;
      for (const bytes of car?.blocks.values() ?? []) {
        const { e } = decode<{ e?: unknown }>(bytes);
        if (Array.isArray(e) && e.length > 8_192) return 'a node with too many entries';
      }
      return undefined;
    },
  },
  {
    id: 'A18', of: 'host', says: 'an inactive account has a status, an active one none; a handle is the one of the DID document',
    check: async ({ type, did, body }, _state, { identityOf }) => {
      if (type === '#account') {
        return unless(body['active'] === true ? body['status'] === undefined : STATUSES.includes(String(body['status'])), `active ${String(body['active'])}, status ${String(body['status'])}`);
      }
      if (type !== '#identity' || body['handle'] === undefined) return undefined;
      const { handles = [] } = await identityOf(String(did)) ?? {};
      return unless(handles.includes(String(body['handle'])), `the handle ${String(body['handle'])} is not in the DID document`);
    },
  },
  {
    id: 'A19', of: 'stream', says: 'a #sync never goes back',
    check: ({ type, did, body }, state) => {
      const { rev } = state.of(did);
      return unless(type !== '#sync' || rev === undefined || String(body['rev']) >= rev, `#sync to ${String(body['rev'])} after ${rev ?? ''}`);
    },
  },
  {
    id: 'B1', of: 'frame', says: 'valid by the lexicon',
    check: ({ type, body }) => {
      if (!EVENTS.includes(type)) return undefined;
      try {
        lexicons.assertValidXrpcMessage('com.atproto.sync.subscribeRepos', { $type: `com.atproto.sync.subscribeRepos${type}`, ...body });
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    },
  },
  {
    id: 'B2', of: 'frame', says: 'a path is a collection and a record key, 1,024 bytes at most',
    check: ({ ops }) => unless(ops.every(({ path }) => typeof path === 'string' && path.length <= 1_024 && PATH.test(path)), 'not such a path'),
  },
  {
    id: 'B3', of: 'frame', says: 'the record of every path that was written is in the CAR',
    check: ({ ops, car }) => unless(ops.every(({ cid }) => cid === null || car?.blocks.has(cid) === true), 'a record is missing'),
  },
  {
    id: 'B4', of: 'frame', says: 'records are maps with a $type; CIDs have 36 bytes',
    check: ({ ops, car }) => {
      for (const { path, cid } of ops) {
        const bytes = car?.blocks.get(cid ?? '');
        if (bytes === undefined) continue;
        const record = decode<unknown>(bytes);
        if (typeof record !== 'object' || record === null || Array.isArray(record) || !('$type' in record)) return `the record of ${String(path)} is no map with a $type`;
      }
      return undefined;
    },
  },
];

// A1, A5 and B6 are shown by asking a host: host-rules.ts. B5 says what consumers do not check, and is no rule.
