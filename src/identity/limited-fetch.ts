import { HoldfastError } from '../protocol/index.ts';

/** The port by which the network is reached. */
export type Fetch = typeof globalThis.fetch;

/** Why a call gave no answer that can be read. */
export type NetworkFault = 'Unreachable' | 'AnswerTooLarge';

/** A call that gave no answer that can be read. */
export class NetworkError extends HoldfastError<NetworkFault> {}

/** What a call may cost. */
export interface CallLimits {
  /** From the first byte sent to the last one read, in milliseconds. */
  readonly ms: number;
  /** Of the answer. */
  readonly bytes: number;
  /** Of whoever no longer wants the answer. */
  readonly signal?: AbortSignal | undefined;
}

/** An answer that was read to its end, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What no call of ours does: follow elsewhere, send cookies, say where it comes from, take an old answer. */
const PLAIN: RequestInit = { redirect: 'error', credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store' };

/** How an answer begins. */
export type AnswerHead = Pick<Answer, 'status' | 'headers'>;

/**
 * Calls somebody who is not trusted, and reads the answer within limits.
 * @throws NetworkError; the reason of the signal
 */
export async function limitedFetch(fetch: Fetch, url: string, init: RequestInit, limits: CallLimits): Promise<Answer> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const head = await streamedFetch(fetch, url, init, limits, (chunk) => chunks.push(chunk));
  return { ...head, bytes: new Uint8Array(await new Blob(chunks).arrayBuffer()) };
}

/**
 * The same, for those who take an answer as it comes: what came before it broke off is theirs.
 * @throws NetworkError; the reason of the signal
 */
export async function streamedFetch(
  fetch: Fetch, url: string, init: RequestInit, { ms, bytes: limit, signal }: CallLimits, take: (chunk: Uint8Array<ArrayBuffer>, head: AnswerHead) => void,
): Promise<AnswerHead> {
  const late = AbortSignal.timeout(ms);
  try {
    const response = await fetch(url, { ...PLAIN, ...init, signal: signal === undefined ? late : AbortSignal.any([late, signal]) });
    const { status, headers } = response;
    if (Number(headers.get('content-length') ?? 0) > limit) {
      await response.body?.cancel();
      throw tooLarge(limit);
    }
    await readWithin(response, limit, (chunk) => take(chunk, { status, headers }));
    return { status, headers };
  } catch (error) {
    if (error instanceof NetworkError) throw error;
    signal?.throwIfAborted();
    const message = late.aborted ? `There was no whole answer within ${Math.round(ms / 1000)} seconds.` : 'There was no answer.';
    throw new NetworkError('Unreachable', message, {}, error);
  }
}

async function readWithin({ body }: Response, limit: number, take: (chunk: Uint8Array<ArrayBuffer>) => void): Promise<void> {
  let size = 0;
  const reader = body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) return;
    size += value.length;
    try {
      if (size > limit) throw tooLarge(limit);
      take(value);
    } catch (error) {
      await reader?.cancel();
      throw error;
    }
  }
}

function tooLarge(limit: number): NetworkError {
  return new NetworkError('AnswerTooLarge', `The answer is longer than the ${limit.toLocaleString('en')} bytes that it may have.`);
}
