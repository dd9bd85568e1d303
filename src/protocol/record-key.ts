import { InvalidSyntaxError } from './errors.ts';

/** The name of a record in its collection: https://atproto.com/specs/record-key */
export type RecordKey = string & { readonly __recordKey: true };

const MAX_LENGTH = 512;

const isKeyCode = new Uint8Array(128);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_:~') isKeyCode[char.charCodeAt(0)] = 1;

/** Whether the text is a record key: 1 to 512 of `A-Z a-z 0-9 . - _ : ~`, and neither `.` nor `..`. */
export function isRecordKey(text: string): text is RecordKey {
  return isRecordKeyFrom(text, 0);
}

/** Whether all of the text from `start` on is a record key; paths are checked by the thousand, without cutting them. */
export function isRecordKeyFrom(text: string, start: number): boolean {
  const length = text.length - start;
  if (length < 1 || length > MAX_LENGTH) return false;
  for (let i = start; i < text.length; i++) if (isKeyCode[text.charCodeAt(i)] !== 1) return false;
  return length > 2 || !text.endsWith(length === 1 ? '.' : '..');
}

/** @throws InvalidSyntaxError */
export function parseRecordKey(text: string): RecordKey {
  if (!isRecordKey(text)) throw new InvalidSyntaxError('record key', text);
  return text;
}
