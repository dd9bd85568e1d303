import { cidOf, Cid, decodeCbor, encodeCbor, HoldfastError, isBlockOf, isDid, isTid, tidTime, verifySignature } from '../protocol/index.ts';
import type { CborMap, CborValue, Did, PublicKey, Signer, Tid } from '../protocol/index.ts';
import type { Block } from './block.ts';
import { RepoError } from './errors.ts';

/** How far a rev may lie ahead of the reader's clock, as relays have it: 5 minutes, in milliseconds. */
export const MAX_FUTURE_MS = 300_000;

/** What a commit says, before it is signed (https://atproto.com/specs/repository#commit-objects). */
export interface CommitFields {
  readonly did: Did;
  /** The root of the tree. */
  readonly data: Cid;
  readonly rev: Tid;
}

/** A signed commit, version 3 with `prev: null`, with its block. */
export interface Commit extends CommitFields {
  readonly sig: Uint8Array;
  readonly cid: Cid;
  readonly bytes: Uint8Array;
}

const FIELDS = ['did', 'rev', 'sig', 'data', 'prev', 'version'];

/** Signs a commit. The bytes that are signed are built here, and nowhere else. */
export async function signCommit(signer: Signer, fields: CommitFields): Promise<Commit> {
  const { did, data, rev } = fields;
  const sig = await signer.sign(unsignedBytes(fields));
  const bytes = encodeCbor({ did, rev, sig, data, prev: null, version: 3 });
  return { did, data, rev, sig, bytes, cid: cidOf(bytes) };
}

function unsignedBytes({ did, rev, data }: CommitFields): Uint8Array {
  return encodeCbor({ did, rev, data, prev: null, version: 3 });
}

/**
 * Reads a commit and checks its hash and its form: the six fields and no other. Whose it is and its signature
 * are `checkCommit`'s.
 * @throws RepoError BlockHash, CommitForm, CommitDid, CommitRev
 */
export function readCommit({ cid, bytes }: Block): Commit {
  const place = { block: cid.toString() };
  if (cid.codec !== 'dag-cbor') throw new RepoError('BlockCid', 'A commit is a DAG-CBOR block', place);
  if (!isBlockOf(cid, bytes)) throw new RepoError('BlockHash', 'A block does not hash to its CID', place);
  const fields = decodeFields(bytes, place);
  const { did, rev, sig, data, prev, version } = fields;
  if (version !== 3 || prev !== null || !(data instanceof Cid) || data.codec !== 'dag-cbor' || !(sig instanceof Uint8Array)) {
    throw new RepoError('CommitForm', 'Not a commit of version 3 with a tree, a signature and prev: null', place);
  }
  if (typeof did !== 'string' || !isDid(did)) throw new RepoError('CommitDid', 'A commit does not name a DID', place);
  if (typeof rev !== 'string' || !isTid(rev)) throw new RepoError('CommitRev', 'The rev of a commit is not a TID', place);
  return { did, rev, sig, data: data.detached(), cid, bytes };
}

function decodeFields(bytes: Uint8Array, place: { readonly block: string }): CborMap {
  let value: CborValue;
  try {
    value = decodeCbor(bytes);
  } catch (cause) {
    if (!(cause instanceof HoldfastError)) throw cause;
    throw new RepoError('CommitForm', 'A commit is not canonical DAG-CBOR', { ...cause.details, ...place }, cause);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value) || value instanceof Cid || value instanceof Uint8Array) {
    throw new RepoError('CommitForm', 'A commit is a map', place);
  }
  const names = Object.keys(value);
  if (names.length !== FIELDS.length || !FIELDS.every((name) => Object.hasOwn(value, name))) {
    throw new RepoError('CommitForm', `A commit has the fields ${FIELDS.join(', ')} and no other`, place);
  }
  return value as CborMap;
}

/** What a reader expects of a commit. */
export interface CommitExpectations {
  /** The signing key of the account, from its DID document. */
  readonly key: PublicKey;
  readonly did?: Did;
  /** The reader's clock, milliseconds since 1970; `Date.now()` by default. */
  readonly now?: number;
}

/**
 * Checks whose commit this is, that its rev is not ahead of the clock, and its signature, low-S only.
 * @throws RepoError CommitDid, FutureRev, CommitSignature
 */
export async function checkCommit(commit: Commit, { key, ...rest }: CommitExpectations): Promise<void> {
  checkUnsigned(commit, rest);
  const valid = verifySignature(key, unsignedBytes(commit), commit.sig);
  if (!(typeof valid === 'boolean' ? valid : await valid)) {
    throw new RepoError('CommitSignature', 'A commit is not signed by the key of its account', { block: commit.cid.toString() });
  }
}

/**
 * What of a commit can be checked without a key.
 * @throws RepoError CommitDid, FutureRev
 */
export function checkUnsigned(commit: Commit, { did, now = Date.now() }: Omit<CommitExpectations, 'key'>): void {
  const place = { block: commit.cid.toString() };
  if (did !== undefined && commit.did !== did) {
    throw new RepoError('CommitDid', 'A commit belongs to another account', { ...place, did: commit.did });
  }
  if (tidTime(commit.rev) / 1000 > now + MAX_FUTURE_MS) {
    throw new RepoError('FutureRev', 'The rev of a commit lies in the future', { ...place, rev: commit.rev });
  }
}
