import { isDid } from '../protocol/index.ts';
import type { Did, Handle } from '../protocol/index.ts';
import { isFields } from './json-shape.ts';
import { limitedFetch } from './limited-fetch.ts';
import type { Answer, Fetch } from './limited-fetch.ts';

/** What one place says of whose a handle is: a DID, nothing, more than one DID, or it cannot be asked from here. */
export type HandleProof =
  | { readonly says: 'did'; readonly did: Did }
  | { readonly says: 'nothing' | 'several' | 'unreachable' };

const MS = 8_000;
const BYTES = 64_000;
const FILE_BYTES = 2_048;
const TXT = 16;
const NO_SUCH_NAME = 3;
const PREFIX = 'did=';

/**
 * What the name servers say of a handle: the one `did=` among the TXT records of `_atproto.` before it, asked by DNS over HTTPS in
 * its JSON form. https://atproto.com/specs/handle#dns-txt-method
 * @param resolver such as `https://cloudflare-dns.com/dns-query`
 * @throws the reason of the signal
 */
export async function handleByDns(fetch: Fetch, resolver: string, handle: Handle, signal?: AbortSignal): Promise<HandleProof> {
  const url = new URL(resolver);
  url.searchParams.set('name', `_atproto.${handle}`);
  url.searchParams.set('type', 'TXT');
  const answer = await asked(fetch, url.href, { headers: { accept: 'application/dns-json' } }, BYTES, signal);
  const told = answer?.status === 200 ? jsonOf(answer) : undefined;
  if (!isFields(told)) return { says: 'unreachable' };
  const { Status: status, Answer: rows = [] } = told;
  if (status === NO_SUCH_NAME) return { says: 'nothing' };
  if (status !== 0 || !Array.isArray(rows)) return { says: 'unreachable' };
  const texts = rows.filter((row) => isFields(row) && row['type'] === TXT && typeof row['data'] === 'string').map((row) => textOf(row.data as string));
  const dids = texts.filter((text) => text.startsWith(PREFIX)).map((text) => text.slice(PREFIX.length));
  if (dids.length > 1) return { says: 'several' };
  const [did] = dids;
  return did !== undefined && isDid(did) ? { says: 'did', did } : { says: 'nothing' };
}

/**
 * What the server at a handle says of it, in its file. A browser may read that only where the server allows other origins to.
 * https://atproto.com/specs/handle#https-well-known-method
 * @throws the reason of the signal
 */
export async function handleByFile(fetch: Fetch, handle: Handle, signal?: AbortSignal): Promise<HandleProof> {
  const answer = await asked(fetch, `https://${handle}/.well-known/atproto-did`, {}, FILE_BYTES, signal);
  if (answer === undefined || answer.status >= 500) return { says: 'unreachable' };
  const text = answer.status === 200 ? new TextDecoder().decode(answer.bytes).trim() : '';
  return isDid(text) ? { says: 'did', did: text } : { says: 'nothing' };
}

async function asked(fetch: Fetch, url: string, init: RequestInit, bytes: number, signal: AbortSignal | undefined): Promise<Answer | undefined> {
  try {
    return await limitedFetch(fetch, url, init, { ms: MS, bytes, signal });
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}

function jsonOf({ bytes }: Answer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** A TXT record is one or more strings, which some resolvers quote. */
function textOf(data: string): string {
  const quoted = [...data.matchAll(/"((?:[^"\\]|\\.)*)"/g)];
  return quoted.length === 0 ? data : quoted.map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1')).join('');
}
