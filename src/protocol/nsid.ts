import { InvalidSyntaxError } from './errors.ts';

/** A namespaced identifier, the name of a lexicon, such as `app.bsky.feed.post`: https://atproto.com/specs/nsid */
export type Nsid = string & { readonly __nsid: true };

const MAX_LENGTH = 317;
const SYNTAX =
  /^[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+\.[A-Za-z][A-Za-z0-9]{0,62}$/;

/**
 * Whether the text is an NSID: a domain name in reverse, and a name of letters and digits. Parts take at most 63
 * characters, the whole 317; the vectors allow an authority longer than a domain name can be.
 */
export function isNsid(text: string): text is Nsid {
  return text.length <= MAX_LENGTH && SYNTAX.test(text);
}

/** @throws InvalidSyntaxError */
export function parseNsid(text: string): Nsid {
  if (!isNsid(text)) throw new InvalidSyntaxError('NSID', text);
  return text;
}

/** The domain name that has authority over the NSID, in its usual order: `feed.bsky.app` of `app.bsky.feed.post`. */
export function nsidAuthority(nsid: Nsid): string {
  return nsid.slice(0, nsid.lastIndexOf('.')).split('.').reverse().join('.');
}

/** The last part: `post` of `app.bsky.feed.post`. Its case matters. */
export function nsidName(nsid: Nsid): string {
  return nsid.slice(nsid.lastIndexOf('.') + 1);
}
