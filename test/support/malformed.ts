// Makes repositories with one fault: nodes, commits and CARs out of raw bytes, each as near to right as it can be.
import { cidOf, tidFrom, varintSize, writeVarint } from '../../src/protocol/index.ts';
import type { Cid, Codec, Signer, Tid } from '../../src/protocol/index.ts';
import type { Block } from '../../src/repo/index.ts';
import { array, bytes, inOrder, join, link, map, NULL, text, uint } from '../vectors/refused/raw-cbor.ts';
import type { Field, Item } from '../vectors/refused/raw-cbor.ts';
import { DID, p256 } from './house.ts';

/** What the clock says where vectors are read, in milliseconds since 1970. */
export const NOW = Date.UTC(2026, 0, 2);

/** The rev of the `n`th commit, all within a second, one day before `NOW`. */
export function revOf(n: number): Tid {
  return tidFrom(Date.UTC(2026, 0, 1) * 1000 + n, 5);
}

/** The path of a note. On layer 0 lie `aa ab ad ba bb bd ca dh`, on 1 `ac dg fb`, on 2 `bc eh`, on 8 `nkm`. */
export function note(rkey: string): string {
  return `com.example.note/${rkey}`;
}

export function blockOf(content: Uint8Array, codec: Codec = 'dag-cbor'): Block {
  return { cid: cidOf(content, codec), bytes: content };
}

/** The fields of a record that differs from others by `words`. */
export function recordFields(words: string): Field[] {
  return [['text', text(words)], ['$type', text('com.example.note')]];
}

export function recordBlock(words: string): Block {
  return blockOf(map(recordFields(words)));
}

/** One entry of a node as it is to be: its key, the record, the subtree behind it. */
export interface EntryPlan {
  readonly key: string;
  readonly value: Cid;
  readonly right?: Cid | undefined;
}

/** The four fields of an entry. */
export function entryFields(suffix: string | Uint8Array, shared: number, value: Cid | Item, right?: Cid): Field[] {
  const keyBytes = typeof suffix === 'string' ? new TextEncoder().encode(suffix) : suffix;
  return [
    ['k', bytes(keyBytes)], ['p', uint(shared)], ['t', right === undefined ? NULL : link(right)],
    ['v', value instanceof Uint8Array ? value : link(value)],
  ];
}

/** Entries with the longest shared prefixes, in the order given. */
export function entriesOf(plans: readonly EntryPlan[]): Field[][] {
  let previous = '';
  return plans.map(({ key, value, right }) => {
    let shared = 0;
    while (shared < previous.length && key[shared] === previous[shared]) shared++;
    previous = key;
    return entryFields(key.slice(shared), shared, value, right);
  });
}

/** A node out of fields; nothing is checked. */
export function nodeBytes(entries: readonly (readonly Field[])[], left?: Cid): Uint8Array {
  return map([['e', array(entries.map(map))], ['l', left === undefined ? NULL : link(left)]]);
}

/** A node whose form is right; whether its keys are is the caller's wish. */
export function nodeBlock(plans: readonly EntryPlan[], left?: Cid): Block {
  return blockOf(nodeBytes(entriesOf(plans), left));
}

/** The fields of a commit that are signed, in their order. */
export function commitFields(data: Cid, rev: Tid = revOf(1)): Field[] {
  return [['did', text(DID)], ['rev', text(rev)], ['data', link(data)], ['prev', NULL], ['version', uint(3)]];
}

/** A commit of these fields, signed over exactly them: whoever checks nothing but the signature finds it right. */
export async function signedBlock(fields: readonly Field[], signer: Signer = p256): Promise<Block> {
  const sig = await signer.sign(map(fields));
  return blockOf(map(inOrder([...fields, ['sig', bytes(sig)]])));
}

export function signedCommit(data: Cid, rev?: Tid, signer?: Signer): Promise<Block> {
  return signedBlock(commitFields(data, rev), signer);
}

/** Bytes with their length before them as a varint. */
export function framed(content: Uint8Array): Uint8Array {
  const prefix = new Uint8Array(varintSize(content.length));
  writeVarint(content.length, prefix, 0);
  return join(prefix, content);
}

/** The header of a CAR. */
export function headerOf(roots: readonly Item[], more: readonly Field[] = [], version = 1): Uint8Array {
  return framed(map([['roots', array(roots)], ['version', uint(version)], ...more]));
}

/** A block with its length, under its CID or under any bytes. */
export function section(block: { readonly cid: Cid | Uint8Array; readonly bytes: Uint8Array }): Uint8Array {
  const { cid, bytes: content } = block;
  return framed(join(cid instanceof Uint8Array ? cid : cid.bytes, content));
}

/** A CAR of these blocks, each once. */
export function carOf(root: Cid, blocks: readonly Block[]): Uint8Array {
  const seen = new Set<string>();
  const once = blocks.filter(({ cid }) => seen.size < seen.add(cid.toString()).size);
  return join(headerOf([link(root)]), ...once.map(section));
}

/** A repository whose commit, signed by its account, points at `data`. */
export async function repositoryOf(data: Cid, blocks: readonly Block[], signer?: Signer): Promise<Uint8Array> {
  const commit = await signedCommit(data, undefined, signer);
  return carOf(commit.cid, [commit, ...blocks]);
}

/** Every note of the small tree with its record. */
export const records = Object.fromEntries(
  ['aa', 'ab', 'ac', 'ad', 'ba', 'dg', 'dh'].map((rkey) => [rkey, recordBlock(`note ${rkey}`)]),
) as Readonly<Record<'aa' | 'ab' | 'ac' | 'ad' | 'ba' | 'dg' | 'dh', Block>>;

export type SmallKey = keyof typeof records;

/** An entry of the small tree. */
export function plan(rkey: SmallKey, right?: Cid): EntryPlan {
  return { key: note(rkey), value: records[rkey].cid, right };
}

/** The tree that most vectors begin with: `ac dg` on layer 1; below, `aa ab`, `ad ba` and `dh`. */
export const small = (() => {
  const left = nodeBlock([plan('aa'), plan('ab')]);
  const middle = nodeBlock([plan('ad'), plan('ba')]);
  const right = nodeBlock([plan('dh')]);
  const top = nodeBlock([plan('ac', middle.cid), plan('dg', right.cid)], left.cid);
  return { top, left, middle, right };
})();

/** The blocks of the small tree, some of them replaced; records last. */
export function smallBlocks(changed: Partial<Record<keyof typeof small, Block>> = {}): Block[] {
  return [...Object.values({ ...small, ...changed }), ...Object.values(records)];
}
