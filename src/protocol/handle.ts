import { InvalidSyntaxError } from './errors.ts';

/** The name of an account, a domain name: https://atproto.com/specs/handle. Case does not distinguish handles. */
export type Handle = string & { readonly __handle: true };

const MAX_LENGTH = 253;
const SYNTAX = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

// `test` is reserved as well, and is what development and tests use.
const DISALLOWED_TLDS = ['alt', 'arpa', 'example', 'internal', 'invalid', 'local', 'localhost', 'onion'];

/** Whether the text is a handle by its syntax: at least two labels of 1 to 63, at most 253 characters, any case. */
export function isHandle(text: string): text is Handle {
  return text.length <= MAX_LENGTH && SYNTAX.test(text);
}

/** @throws InvalidSyntaxError */
export function parseHandle(text: string): Handle {
  if (!isHandle(text)) throw new InvalidSyntaxError('handle', text);
  return text;
}

/** The form in which handles are compared, stored and shown: lower case. */
export function normalizeHandle(handle: Handle): Handle {
  return handle.toLowerCase() as Handle;
}

/** Whether the handle ends in a top-level domain that nobody can register, such as `.local` or `.onion`. */
export function hasDisallowedTld(handle: Handle): boolean {
  return DISALLOWED_TLDS.includes(handle.slice(handle.lastIndexOf('.') + 1).toLowerCase());
}
