/** Bytes from one place to another, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The one range of bytes that a request asks for (https://www.rfc-editor.org/rfc/rfc9110#name-range-requests); `whole` where it asks for
 * none, for several, or for none that can be read, which may be answered with everything; `outside` where nothing of it is there.
 */
export function byteRange(header: string | null, size: number): ByteRange | 'whole' | 'outside' {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (from === '' && to === '') return 'whole';
  const first = from === '' ? Math.max(size - Number(to), 0) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return 'whole';
  return first >= size || last < first ? 'outside' : { first, last };
}
