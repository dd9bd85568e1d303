// What a consumer makes of a stream: the tree of each account, from nothing to its head, by a package of others.
import { MemoryBlockstore, MST } from '@atproto/repo';
import { CID } from 'multiformats/cid';
import { linkText, readEvent } from '../../support/event-facts.ts';

/** Where a stream leaves an account. */
export interface Replayed {
  readonly rev: string;
  /** The root of the tree that the operations lead to. */
  readonly data: string;
}

/**
 * Does to an empty repository of each account what a stream tells, one operation after the other.
 * @throws Error where the first head of an account is not an empty repository, where an operation does not fit what is there, or
 * where what comes out is not what the commit says
 */
export async function replay(frames: readonly Uint8Array[]): Promise<ReadonlyMap<string, Replayed>> {
  const empty = await rootOf(new Map());
  const accounts = new Map<string, { readonly records: Map<string, string>; head: Replayed }>();
  for (const { type, did, body, ops, commit } of frames.map(readEvent)) {
    if (type !== '#commit' && type !== '#sync') continue;
    const head = { rev: String(body['rev']), data: linkText(commit?.['data']) ?? 'none' };
    const account = accounts.get(String(did));
    if (account === undefined) {
      if (type !== '#sync' || head.data !== empty) throw new Error(`${String(did)} does not begin with an empty repository`);
      accounts.set(String(did), { records: new Map(), head });
      continue;
    }
    if (type === '#sync') throw new Error(`${String(did)} was told of anew at ${head.rev}: what is before it cannot be replayed`);
    for (const { path, cid, prev } of ops) {
      const there = account.records.get(String(path));
      if (there !== prev) throw new Error(`${String(path)} was ${there ?? 'not there'}, and ${head.rev} says ${prev ?? 'nothing'}`);
      if (cid === null) account.records.delete(String(path));
      else account.records.set(String(path), cid);
    }
    account.head = head;
  }
  for (const [did, { records, head }] of accounts) {
    const data = await rootOf(records);
    if (data !== head.data) throw new Error(`the operations of ${did} lead to ${data}, and its head ${head.rev} has ${head.data}`);
  }
  return new Map([...accounts].map(([did, { head }]) => [did, head]));
}

async function rootOf(records: ReadonlyMap<string, string>): Promise<string> {
  let tree = await MST.create(new MemoryBlockstore());
  for (const [path, cid] of records) tree = await tree.add(path, CID.parse(cid));
  return (await tree.getPointer()).toString();
}
