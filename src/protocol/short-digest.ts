/** The first 32 hex digits of the SHA-256 of texts, joined by blanks: a name for what is too long for one, or is told to nobody. */
export async function shortDigest(...texts: readonly string[]): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(texts.join(' '))));
  return Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
