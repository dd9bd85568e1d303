import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { RequestOptions } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { callbackify } from 'node:util';
import { FetchError, noAnswer } from './fetch-error.ts';
import { addressFinder } from './find-addresses.ts';
import type { FindAddresses } from './find-addresses.ts';
import { isPublicAddress } from './public-address.ts';

const findAddresses = addressFinder();

/**
 * Asks a server that anybody may have named: https on its own port, no redirects, and connected to is the very address that was
 * found to be public, so that a name cannot lead into the operator's network. Whoever asks reads within limits, and destroys it.
 * @param find another is for tests
 * @throws FetchError Forbidden, NoAnswer
 */
export function requestPublic(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal, find: FindAddresses = findAddresses): Promise<IncomingMessage> {
  return ask(url, { headers, signal, lookup: onlyPublic(find, signal) });
}

/** Sends a body to a server that anybody may have named, with the same guard; nothing of its answer is read but the status. @throws as `requestPublic` */
export async function postPublic(url: string, body: string | Uint8Array, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<number> {
  const lookup = onlyPublic(findAddresses, signal);
  const response = await ask(url, { method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) }, signal, lookup }, body);
  response.destroy();
  return response.statusCode ?? 0;
}

/** Whether the guard lets an address pass as far as it can be seen without looking up its name. */
export function isPublicUrl(url: string): boolean {
  const { protocol, hostname, port, username, password } = new URL(url);
  return protocol === 'https:' && port === '' && username === '' && password === '' && isIP(hostname.replace(/^\[|\]$/g, '')) === 0;
}

async function ask(url: string, options: RequestOptions & { readonly lookup: LookupFunction }, body?: string | Uint8Array): Promise<IncomingMessage> {
  if (!isPublicUrl(url)) throw new FetchError('Forbidden', 'Only names of public servers are asked, over https', { url });
  return new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(url, { ...options, agent: false });
    asked.once('response', resolve);
    asked.once('error', (cause) => reject(cause instanceof FetchError ? cause : noAnswer(url, cause)));
    // One that goes over to another protocol ends without either.
    asked.once('close', () => reject(noAnswer(url, 'It was closed without an answer')));
    asked.end(body);
  });
}

/** Finds addresses, and gives them only if all are public. */
function onlyPublic(find: FindAddresses, signal: AbortSignal): LookupFunction {
  const look = callbackify(async (hostname: string) => {
    const found = [...await find(hostname, signal)];
    if (found.length > 0 && found.every(({ address }) => isPublicAddress(address))) return found;
    throw new FetchError('Forbidden', 'The name leads into a private network', { hostname });
  });
  return (hostname, { all }, callback) => look(hostname, (error, found) => {
    if (error !== null) callback(error, []);
    else if (all === true) callback(null, found);
    else callback(null, found[0]!.address, found[0]!.family);
  });
}
