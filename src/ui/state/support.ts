import { msg } from '../i18n.ts';

/** Why this window cannot be a house, in a sentence; undefined if it can. */
export function unsupported(): string | undefined {
  if (!isSecureContext) return msg('Browsers allow keys and storage only at secure addresses: https, or localhost.');
  if (!('serviceWorker' in navigator)) return msg('This window has no service workers, which answer for the server inside the page. Private windows of some browsers switch them off: try an ordinary window.');
  if (!('indexedDB' in globalThis) || !('locks' in navigator)) return msg('This browser lacks storage that the house needs: try an up-to-date one.');
  return undefined;
}
