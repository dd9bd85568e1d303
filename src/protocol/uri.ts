import { InvalidSyntaxError } from './errors.ts';

/** A URI of any scheme (RFC 3986): https://atproto.com/specs/lexicon#uri */
export type Uri = string & { readonly __uri: true };

const MAX_BYTES = 8192;
// Characters beyond ASCII should be percent-encoded, but links in real records are not, and the reference takes them.
const SYNTAX = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s\p{Cc}\p{Cs}]+$/u;
const utf8 = new TextEncoder();

/** Whether the text is a scheme, a colon and something without white space behind, at most 8 KiB in UTF-8. */
export function isUri(text: string): text is Uri {
  return text.length <= MAX_BYTES && SYNTAX.test(text) && utf8.encode(text).length <= MAX_BYTES;
}

/** @throws InvalidSyntaxError */
export function parseUri(text: string): Uri {
  if (!isUri(text)) throw new InvalidSyntaxError('URI', text);
  return text;
}
