import { InvalidSyntaxError } from './errors.ts';

/** A decentralised identifier of any method: https://atproto.com/specs/did */
export type Did = string & { readonly __did: true };

const MAX_LENGTH = 2048;
const SYNTAX = /^did:[a-z]+:(?:[A-Za-z0-9._:-]|%[0-9A-Fa-f]{2})+$/;

/** Whether the text is a DID by its syntax, without path, query or fragment, of at most 2048 characters. */
export function isDid(text: string): text is Did {
  return text.length <= MAX_LENGTH && SYNTAX.test(text) && !text.endsWith(':');
}

/** @throws InvalidSyntaxError */
export function parseDid(text: string): Did {
  if (!isDid(text)) throw new InvalidSyntaxError('DID', text);
  return text;
}
