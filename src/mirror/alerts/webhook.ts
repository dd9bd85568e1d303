import { createHmac } from 'node:crypto';
import { isPublicUrl, postPublic } from '../identity/public-request.ts';

/** Sends a body, and gives the status of the answer. @throws what went wrong, where there was none */
export type Post = (url: string, body: string | Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<number>;

/** The header that shows who has sent it, and when. */
const SIGNATURE_HEADER = 'holdfast-signature';

/** Into the public network and nowhere else. */
export const postAbroad: Post = (url, body, headers, signal) => postPublic(url, body, headers, signal);

/** On this machine too: for mirrors that are for one machine only. */
export const postNearby: Post = async (url, body, headers, signal) => {
  if (!isHere(url)) return postPublic(url, body, headers, signal);
  const response = await fetch(url, { method: 'POST', body, headers, redirect: 'error', signal });
  await response.body?.cancel();
  return response.status;
};

/** Whether a server of somebody's may be called there, as far as its address shows. @param nearby on this machine too */
export function mayBeCalled(url: string, nearby: boolean): boolean {
  return URL.canParse(url) && new URL(url).hash === '' && (isPublicUrl(url) || (nearby && isHere(url)));
}

/**
 * What is to be sent, and the headers with it: `t` is seconds since 1970, and `v1` the HMAC-SHA256 of `<t>.<body>` under the secret,
 * so that nobody can send an old one again.
 */
export function signed(message: object, secret: string, now: number): { readonly body: string; readonly headers: Readonly<Record<string, string>> } {
  const body = JSON.stringify(message);
  const time = Math.floor(now / 1_000);
  const mac = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  return { body, headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: `t=${time},v1=${mac}` } };
}

function isHere(url: string): boolean {
  const { protocol, hostname, username, password } = new URL(url);
  return /^https?:$/.test(protocol) && ['localhost', '127.0.0.1', '[::1]'].includes(hostname) && username === '' && password === '';
}
