import { lookup } from 'node:dns';
import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { HoldfastError } from '../../protocol/index.ts';
import { isPublicAddress } from './public-address.ts';

/** Why a document did not come. */
export type FetchFault =
  /** The server says that there is none. */
  | 'NotThere'
  /** The server did not answer, or not as it should. */
  | 'NoAnswer'
  /** The address is not one of the public network. */
  | 'Forbidden';

/** A document that did not come. */
export class FetchError extends HoldfastError<FetchFault> {}

const MAX_BYTES = 65_536;
const TIMEOUT_MS = 5_000;

/** Fetches JSON from a server that the operator has named. No redirects, 64 KB, 5 seconds. @throws FetchError */
export async function fetchFromTrusted(url: string): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS), headers: { accept: 'application/json' } });
  } catch (cause) {
    throw noAnswer(url, cause);
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw refused(url, response.status);
  }
  try {
    return await jsonOf(response.body ?? []);
  } catch (cause) {
    throw noAnswer(url, cause);
  }
}

/** A resolver of names, as `dns.lookup` with `all`. Another is for tests. */
export type Lookup = typeof lookup;

/**
 * Fetches JSON from a server that anybody may have named: https on its own port, no redirects, and connected to is the
 * very address that was found to be public, so that a name cannot lead into the operator's network. 64 KB, 5 seconds.
 * @throws FetchError
 */
export async function fetchFromPublic(url: string, find: Lookup = lookup): Promise<unknown> {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'https:' || port !== '' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) {
    throw new FetchError('Forbidden', 'Only names of public servers are asked, over https', { url });
  }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(url, {
      lookup: onlyPublic(find), headers: { accept: 'application/json' }, agent: false, signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    asked.once('response', resolve);
    asked.once('error', (cause) => reject(cause instanceof FetchError ? cause : noAnswer(url, cause)));
    asked.end();
  });
  try {
    if (response.statusCode !== 200) throw refused(url, response.statusCode ?? 0);
    return await jsonOf(response);
  } catch (cause) {
    throw cause instanceof FetchError ? cause : noAnswer(url, cause);
  } finally {
    response.destroy();
  }
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

async function jsonOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<unknown> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let [text, size] = ['', 0];
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`More than ${MAX_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return JSON.parse(text + decoder.decode());
}

function refused(url: string, status: number): FetchError {
  // A DID that was given up is answered with 410.
  if (status === 404 || status === 410) return new FetchError('NotThere', 'There is no such document', { url });
  return new FetchError('NoAnswer', 'The server did not give the document', { url, status });
}

function noAnswer(url: string, cause: unknown): FetchError {
  return new FetchError('NoAnswer', 'The server did not answer as it should', { url }, cause);
}
