import { InvalidSyntaxError } from './errors.ts';

/** The text form of any CID, of any base, codec and hash: https://atproto.com/specs/lexicon#cid */
export type CidText = string & { readonly __cidText: true };

const SYNTAX = /^[A-Za-z0-9+/=_-]{8,256}$/;

/**
 * Whether the text may be a CID, as text fields of records hold them; CIDs of version 0, which begin with `Qm`, are not
 * allowed. A CID that the protocol itself follows has one form only, which `parseCid` reads.
 */
export function isCidText(text: string): text is CidText {
  return SYNTAX.test(text) && !text.startsWith('Qm');
}

/** @throws InvalidSyntaxError */
export function parseCidText(text: string): CidText {
  if (!isCidText(text)) throw new InvalidSyntaxError('CID', text);
  return text;
}
