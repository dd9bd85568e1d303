/** A timestamp identifier: 13 characters of base32-sortable, 53 bits of microseconds and 10 bits of clock id. */
export type Tid = string & { readonly __tid: true };

const SYNTAX = /^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/;

/** Whether the text is a TID by the atproto syntax: https://atproto.com/specs/tid */
export function isTid(text: string): text is Tid {
  return SYNTAX.test(text);
}
