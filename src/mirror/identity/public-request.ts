import { lookup } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { RequestOptions } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { FetchError, noAnswer } from './fetch-error.ts';
import { isPublicAddress } from './public-address.ts';

/** Resolves names, as `dns.lookup` with `all`. Another is for tests. */
export type Lookup = typeof lookup;

/**
 * Asks a server that anybody may have named: https on its own port, no redirects, and connected to is the very address that was
 * found to be public, so that a name cannot lead into the operator's network. Whoever asks reads within limits, and destroys it.
 * @throws FetchError Forbidden, NoAnswer
 */
export function requestPublic(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal, find: Lookup = lookup): Promise<IncomingMessage> {
  return ask(url, { headers, signal }, undefined, find);
}

/** Sends a body to a server that anybody may have named, with the same guard; nothing of its answer is read but the status. @throws as `requestPublic` */
export async function postPublic(url: string, body: string | Uint8Array, headers: Readonly<Record<string, string>>, signal: AbortSignal, find: Lookup = lookup): Promise<number> {
  const response = await ask(url, { method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) }, signal }, body, find);
  response.destroy();
  return response.statusCode ?? 0;
}

/** Whether the guard lets an address pass as far as it can be seen without looking up its name. */
export function isPublicUrl(url: string): boolean {
  const { protocol, hostname, port, username, password } = new URL(url);
  return protocol === 'https:' && port === '' && username === '' && password === '' && isIP(hostname.replace(/^\[|\]$/g, '')) === 0;
}

async function ask(url: string, options: RequestOptions, body: string | Uint8Array | undefined, find: Lookup): Promise<IncomingMessage> {
  if (!isPublicUrl(url)) throw new FetchError('Forbidden', 'Only names of public servers are asked, over https', { url });
  return new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(url, { ...options, lookup: onlyPublic(find), agent: false });
    asked.once('response', resolve);
    asked.once('error', (cause) => reject(cause instanceof FetchError ? cause : noAnswer(url, cause)));
    // One that goes over to another protocol ends without either.
    asked.once('close', () => reject(noAnswer(url, 'It was closed without an answer')));
    asked.end(body);
  });
}

/** Finds addresses as it always does, and gives them only if all are public. */
function onlyPublic(find: Lookup): LookupFunction {
  return (hostname, options, callback) => {
    find(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, []);
      if (found.length === 0 || !found.every(({ address }) => isPublicAddress(address))) {
        return callback(new FetchError('Forbidden', 'The name leads into a private network', { hostname }), []);
      }
      if (options.all === true) callback(null, found);
      else callback(null, found[0]!.address, found[0]!.family);
    });
  };
}
