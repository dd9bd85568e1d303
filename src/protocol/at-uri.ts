import { isAtIdentifier } from './at-identifier.ts';
import type { AtIdentifier } from './at-identifier.ts';
import { InvalidSyntaxError } from './errors.ts';
import { isNsid } from './nsid.ts';
import type { Nsid } from './nsid.ts';
import { isRecordKey } from './record-key.ts';
import type { RecordKey } from './record-key.ts';

/**
 * The address of an account, a collection or a record, in the form that lexicons allow: no query, no fragment, no slash
 * at the end (https://atproto.com/specs/at-uri-scheme).
 */
export type AtUri = string & { readonly __atUri: true };

/** What an `at://` URI names; without `rkey` a collection, and without `collection` an account. */
export interface AtUriParts {
  readonly authority: AtIdentifier;
  readonly collection: Nsid | undefined;
  readonly rkey: RecordKey | undefined;
}

const MAX_LENGTH = 8192;
const SCHEME = 'at://';

/** Whether the text is an `at://` URI. Its authority may be a handle, which can change: store DIDs. */
export function isAtUri(text: string): text is AtUri {
  return partsOf(text) !== undefined;
}

/** @throws InvalidSyntaxError */
export function parseAtUri(text: string): AtUriParts {
  const parts = partsOf(text);
  if (parts === undefined) throw new InvalidSyntaxError('at:// URI', text);
  return parts;
}

/** The URI of an account, a collection, or a record. */
export function formatAtUri(authority: AtIdentifier, collection?: Nsid, rkey?: RecordKey): AtUri {
  const path = collection === undefined ? '' : rkey === undefined ? `/${collection}` : `/${collection}/${rkey}`;
  return `${SCHEME}${authority}${path}` as AtUri;
}

function partsOf(text: string): AtUriParts | undefined {
  if (text.length > MAX_LENGTH || !text.startsWith(SCHEME)) return undefined;
  const [authority = '', collection, rkey, ...more] = text.slice(SCHEME.length).split('/');
  if (more.length > 0 || !isAtIdentifier(authority)) return undefined;
  if (collection !== undefined && !isNsid(collection)) return undefined;
  if (rkey !== undefined && !isRecordKey(rkey)) return undefined;
  return { authority, collection, rkey };
}
