import { matchPrecache } from 'workbox-precaching';

/**
 * The answer to what is no XRPC: files of the build from the cache, and for every other address of a page the app, which
 * says itself what it does not know. Undefined where only the network can say.
 */
export async function pageOf(request: Request): Promise<Response | undefined> {
  const { pathname } = new URL(request.url);
  const isPage = request.mode === 'navigate';
  const file = await matchPrecache(isPage && pathname === '/' ? '/index.html' : pathname);
  if (file !== undefined || !isPage) return file;
  return matchPrecache('/index.html');
}
