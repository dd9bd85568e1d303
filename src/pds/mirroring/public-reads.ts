import { isTid, parseCid } from '../../protocol/index.ts';
import type { Cid, Did, Tid } from '../../protocol/index.ts';
import { limitedFetch } from '../../identity/index.ts';
import type { Fetch } from '../../identity/index.ts';

/** What somebody serves of an account to everyone. */
export interface ServedHead {
  readonly cid: Cid;
  readonly rev: Tid;
}

const MS = 15_000;
const ANSWER_BYTES = 100_000;

/**
 * What a mirror or a relay has of an account; undefined where it says that it has nothing to show.
 * @param origin of the server
 * @throws NetworkError where there was no answer, or none that makes sense; the reason of the signal
 */
export async function latestCommit(fetch: Fetch, origin: string, did: Did, signal?: AbortSignal): Promise<ServedHead | undefined> {
  const { status, bytes } = await limitedFetch(fetch, address(origin, 'com.atproto.sync.getLatestCommit', { did }), {}, { ms: MS, bytes: ANSWER_BYTES, signal });
  if (status !== 200) return undefined;
  try {
    const { cid, rev } = JSON.parse(new TextDecoder().decode(bytes)) as { readonly cid: unknown; readonly rev: unknown };
    return typeof rev === 'string' && isTid(rev) ? { cid: parseCid(String(cid)), rev } : undefined;
  } catch {
    return undefined;
  }
}

/** The address of a method that anybody may call. */
export function address(origin: string, nsid: string, params: Readonly<Record<string, string>>): string {
  return `${origin}/xrpc/${nsid}?${new URLSearchParams(params).toString()}`;
}
