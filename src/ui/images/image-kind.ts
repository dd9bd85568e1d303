/** The kinds of image that a browser decodes without running anything. Not among them: SVG, which is a document. */
export type ImageKind = 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp' | 'image/avif';

/** What the bytes are, whatever their name or type says; undefined for everything that is not a safe image. */
export function imageKindOf(bytes: Uint8Array): ImageKind | undefined {
  const has = (at: number, text: string): boolean => [...text].every((letter, index) => bytes[at + index] === letter.charCodeAt(0));
  if (has(0, '\u00FF\u00D8\u00FF')) return 'image/jpeg';
  if (has(0, '\u0089PNG\r\n\u001A\n')) return 'image/png';
  if (has(0, 'GIF87a') || has(0, 'GIF89a')) return 'image/gif';
  if (has(0, 'RIFF') && has(8, 'WEBP')) return 'image/webp';
  if (has(4, 'ftyp') && (has(8, 'avif') || has(8, 'avis'))) return 'image/avif';
  return undefined;
}
