const UNKNOWN = 'application/octet-stream';
const FORM = /^\s*([a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*)\s*(?:;|$)/;

/** How common kinds of pictures begin; where something else may stand, there is a space. */
const SIGNATURES: readonly (readonly [type: string, signature: string])[] = [
  ['image/png', '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', '\xff\xd8\xff'],
  ['image/gif', 'GIF8'],
  ['image/webp', 'RIFF    WEBP'],
  ['image/avif', '    ftypavif'],
];

/** The type of a blob: what its bytes begin like, else what its sender says, else none in particular. */
export function mediaTypeOf(blob: Uint8Array, contentType: string | null): string {
  return SIGNATURES.find(([, signature]) => begins(blob, signature))?.[0] ?? FORM.exec((contentType ?? '').toLowerCase())?.[1] ?? UNKNOWN;
}

function begins(blob: Uint8Array, signature: string): boolean {
  return blob.length >= signature.length && [...signature].every((char, index) => char === ' ' || char.charCodeAt(0) === blob[index]);
}
