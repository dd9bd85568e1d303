import { MirrorError } from './mirror-error.ts';

const LOCAL = /^(?:localhost|127\.0\.0\.1|\[::1\]|.+\.localhost)$/;

/**
 * The origin of a mirror from its address: https, or http on this machine.
 * @param page the address of the page that asks, since a browser keeps pages of https from other addresses of http
 * @throws MirrorError InvalidMirror, MixedContent
 */
export function mirrorOrigin(address: string, page: string): string {
  const url = URL.parse(address);
  if (url === null || !['https:', 'http:'].includes(url.protocol) || url.href !== `${url.origin}/`) {
    throw new MirrorError('InvalidMirror', 'A mirror is named by https:// and a host, with nothing behind. Nothing was changed.');
  }
  if (url.protocol === 'https:' || LOCAL.test(url.hostname)) return url.origin;
  if (new URL(page).protocol === 'https:') {
    const message = 'Browsers keep a page of https from an address of http, so this mirror cannot be reached from here. Nothing was changed.';
    throw new MirrorError('MixedContent', message);
  }
  throw new MirrorError('InvalidMirror', 'A mirror on another machine has an address that begins with https. Nothing was changed.');
}

/** The DIDs that a mirror at this origin may have: of its host, with its port or without. */
export function mirrorDids(origin: string): readonly string[] {
  const { hostname, host } = new URL(origin);
  return [...new Set([`did:web:${host.replace(':', '%3A')}`, `did:web:${hostname}`])];
}
