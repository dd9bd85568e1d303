import type { Item } from '../generator.ts';

/** Whoever writes for one account. */
export interface Writer {
  /** Writes the next small post; resolves when the server has acknowledged it. */
  write(): Promise<void>;
  close(): void;
}

/** A server of repositories under measurement, in a process of its own. */
export interface StreetPeer {
  readonly name: string;
  /** Origin. */
  readonly url: string;
  /** Of the server. */
  readonly pid: number;
  /** Accounts, each with a writer that has so many posts to write. */
  writers(count: number, posts: number): Promise<Writer[]>;
  /** An account with these records; gives its DID. */
  accountWith(records: readonly Item[]): Promise<string>;
  /** An account that has these bytes as a blob, and a record that names it. */
  accountWithBlob(bytes: Uint8Array<ArrayBuffer>): Promise<{ readonly did: string; readonly cid: string }>;
  close(): Promise<void>;
}

/** What is written everywhere. */
export const smallPost = (number: number) => ({
  $type: 'app.bsky.feed.post', text: `Post ${number}: the tide is out, the harbour is quiet.`, createdAt: '2026-11-25T00:00:00.000Z',
});

/** A record that names a blob of text. */
export const fileOf = (ref: unknown, size: number) => ({ $type: 'app.holdfast.file', file: { $type: 'blob', ref, mimeType: 'text/plain', size } });

/** Items of writes in one commit, at most. */
export const BATCH = 200;

export function batchesOf<Value>(values: readonly Value[]): Value[][] {
  return Array.from({ length: Math.ceil(values.length / BATCH) }, (_, index) => values.slice(index * BATCH, (index + 1) * BATCH));
}
