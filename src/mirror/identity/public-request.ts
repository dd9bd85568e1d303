import { lookup } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
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
export async function requestPublic(url: string, accept: string, signal: AbortSignal, find: Lookup = lookup): Promise<IncomingMessage> {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'https:' || port !== '' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) {
    throw new FetchError('Forbidden', 'Only names of public servers are asked, over https', { url });
  }
  return new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(url, { lookup: onlyPublic(find), headers: { accept }, agent: false, signal });
    asked.once('response', resolve);
    asked.once('error', (cause) => reject(cause instanceof FetchError ? cause : noAnswer(url, cause)));
    asked.end();
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
