import type { JournalEntry } from '../pds/index.ts';

/** A row of the journal, of the owner. */
export function entry(request: string, answer: string): JournalEntry {
  return { caller: 'owner', request, body: Uint8Array.of(1, 2), status: 200, answer };
}

/** A head as plain values. */
export function plainHead({ head }: { readonly head: { readonly cid: unknown; readonly rev: string; readonly data: unknown } }): unknown[] {
  return [head.cid, head.rev, head.data];
}
