import { InvalidSyntaxError } from './errors.ts';
import { isNsid } from './nsid.ts';
import type { Nsid } from './nsid.ts';
import { isRecordKeyFrom } from './record-key.ts';
import type { RecordKey } from './record-key.ts';

/** Where a record stands in its repository: `collection/rkey` (https://atproto.com/specs/repository). */
export type RepoPath = string & { readonly __repoPath: true };

/** The two parts of a path. */
export interface RepoPathParts {
  readonly collection: Nsid;
  readonly rkey: RecordKey;
}

// Paths come in order, thousands of one collection in a row.
let knownCollection = '';

/** Whether the text is an NSID and a record key with one slash between. */
export function isRepoPath(text: string): text is RepoPath {
  const slash = text.indexOf('/');
  if (slash <= 0 || !isRecordKeyFrom(text, slash + 1)) return false;
  if (slash === knownCollection.length && text.startsWith(knownCollection)) return true;
  const collection = text.slice(0, slash);
  if (!isNsid(collection)) return false;
  knownCollection = collection;
  return true;
}

/** @throws InvalidSyntaxError */
export function parseRepoPath(text: string): RepoPathParts {
  if (!isRepoPath(text)) throw new InvalidSyntaxError('repository path', text);
  const slash = text.indexOf('/');
  return { collection: text.slice(0, slash) as Nsid, rkey: text.slice(slash + 1) as RecordKey };
}

/** The path of a record. */
export function formatRepoPath({ collection, rkey }: RepoPathParts): RepoPath {
  return `${collection}/${rkey}` as RepoPath;
}
