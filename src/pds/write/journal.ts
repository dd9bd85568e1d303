import { sha256 } from '../../protocol/index.ts';
import type { HouseStore, JournalEntry } from '../ports/house-store.ts';
import type { Call } from '../xrpc/method.ts';
import { invalidRequest } from '../xrpc/xrpc-error.ts';

/**
 * The answer that this very request got before, if it did: a browser runs a request again whose worker was stopped.
 * Ask under the lock of the account, so that the same request cannot be under way.
 * @throws XrpcError InvalidRequest where the id was used for something else
 */
export async function recall(store: Pick<HouseStore, 'journal'>, call: Call): Promise<unknown> {
  const { requestId, caller } = call;
  if (requestId === undefined) return undefined;
  const entry = await store.journal({ caller: caller.kind, request: requestId });
  if (entry === undefined) return undefined;
  if (!isSame(entry.body, hashOf(call))) {
    throw invalidRequest('This request id was used for another request. Nothing was changed; take a new id for every wish.');
  }
  return JSON.parse(entry.answer);
}

/** The row that lets a repeat be answered; to be stored in the transaction that carries out the request. */
export function journalEntry(call: Call, answer: unknown): JournalEntry | undefined {
  const { requestId, caller } = call;
  if (requestId === undefined) return undefined;
  return { caller: caller.kind, request: requestId, body: hashOf(call), status: 200, answer: JSON.stringify(answer) };
}

/** Whether both carry the same request id of the same caller. */
export function isRepeat(a: Call, b: Call): boolean {
  return a.requestId !== undefined && a.requestId === b.requestId && a.caller.kind === b.caller.kind;
}

function hashOf({ nsid, body }: Call): Uint8Array {
  const method = new TextEncoder().encode(`${nsid}\n`);
  const bytes = new Uint8Array(method.length + body.length);
  bytes.set(method);
  bytes.set(body, method.length);
  return sha256(bytes);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
