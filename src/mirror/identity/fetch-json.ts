import { FetchError, noAnswer } from './fetch-error.ts';
import type { FindAddresses } from './find-addresses.ts';
import { requestPublic } from './public-request.ts';

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

/** Fetches JSON from a server that anybody may have named, with the guard of `requestPublic`. 64 KB, 5 seconds. @throws FetchError */
export async function fetchFromPublic(url: string, find?: FindAddresses): Promise<unknown> {
  const response = await requestPublic(url, { accept: 'application/json' }, AbortSignal.timeout(TIMEOUT_MS), find);
  try {
    if (response.statusCode !== 200) throw refused(url, response.statusCode ?? 0);
    return await jsonOf(response);
  } catch (cause) {
    throw cause instanceof FetchError ? cause : noAnswer(url, cause);
  } finally {
    response.destroy();
  }
}

/** JSON of 64 KB at most. @throws Error */
export async function jsonOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<unknown> {
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
