import { CID_SIZE, Cid, cidOf, isBlockOf, isCidAt } from '../protocol/index.ts';
import type { Block } from './block.ts';
import { RepoError } from './errors.ts';
import { isTreeKey, MAX_KEY_BYTES } from './key.ts';
import { nodeBytes } from './node-bytes.ts';
import type { StoredNode } from './node.ts';

/** A node has at most so many entries, as the strictest consumer of the network decodes them. */
export const MAX_NODE_ENTRIES = 8192;

/*
 * A node is the map {e: [{k: bytes, p: int, t: cid|null, v: cid} …], l: cid|null}. k is a key without the first p
 * bytes, which it shares with the key before; t the subtree behind it, l the one before all. The form is fixed, so the
 * codec knows its bytes: what it reads is canonical because nothing else fits.
 */

const LINK_SIZE = 5 + CID_SIZE;
let scratch = new Uint8Array(65_536);

/** Encodes a node whose children all have CIDs; returns it with its bytes and CID. */
export function storeNode(keys: readonly string[], values: readonly Cid[], children: readonly (Cid | null)[]): StoredNode {
  let size = 16 + LINK_SIZE;
  for (const key of keys) size += key.length + 2 * LINK_SIZE + 24;
  if (size > scratch.length) scratch = new Uint8Array(size * 2);
  const out = scratch;
  let at = 0;
  out[at++] = 0xa2;
  out[at++] = 0x61;
  out[at++] = 0x65; // e
  at = writeHead(out, at, 0x80, keys.length);
  let previous = '';
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const shared = sharedPrefix(previous, key);
    out[at++] = 0xa4;
    out[at++] = 0x61;
    out[at++] = 0x6b; // k
    at = writeHead(out, at, 0x40, key.length - shared);
    for (let j = shared; j < key.length; j++) out[at++] = key.charCodeAt(j);
    out[at++] = 0x61;
    out[at++] = 0x70; // p
    at = writeHead(out, at, 0x00, shared);
    out[at++] = 0x61;
    out[at++] = 0x74; // t
    at = writeLink(out, at, children[i + 1]!);
    out[at++] = 0x61;
    out[at++] = 0x76; // v
    at = writeLink(out, at, values[i]!);
    previous = key;
  }
  out[at++] = 0x61;
  out[at++] = 0x6c; // l
  at = writeLink(out, at, children[0]!);
  const bytes = nodeBytes(at);
  bytes.set(out.subarray(0, at));
  return { keys, values, children, cid: cidOf(bytes), bytes };
}

/** A stored node with another subtree at `index`, which takes no new encoding; undefined where there was none, or is none. */
export function relinkNode({ keys, values, children: before, bytes: old }: StoredNode, index: number, children: readonly (Cid | null)[]): StoredNode | undefined {
  const child = children[index]!;
  if (child === null || before[index] === null) return undefined;
  const bytes = nodeBytes(old.length);
  bytes.set(old);
  bytes.set(child.bytes, index === 0 ? bytes.length - CID_SIZE : linkBehind(bytes, index - 1));
  return { keys, values, children, cid: cidOf(bytes), bytes };
}

/** Where the CID of the subtree behind an entry stands. */
function linkBehind(bytes: Uint8Array, entry: number): number {
  let at = 3 + headSize(bytes[3]!);
  for (let i = 0; ; i++) {
    // The head of the entry, k, p and t, each with a name of two bytes.
    at += 3;
    const length = bytes[at]! & 0x1f;
    at += headSize(length) + (length < 24 ? length : length === 24 ? bytes[at + 1]! : bytes[at + 1]! * 256 + bytes[at + 2]!);
    at += 2;
    at += headSize(bytes[at]!) + 2;
    if (i === entry) return at + LINK_SIZE - CID_SIZE;
    at += (bytes[at] === 0xf6 ? 1 : LINK_SIZE) + 2 + LINK_SIZE;
  }
}

/** Of a head by its first byte: lengths in a node never pass 65,535. */
function headSize(first: number): number {
  const argument = first & 0x1f;
  return argument < 24 ? 1 : argument === 24 ? 2 : 3;
}

/** How many bytes two keys have in common at their beginning. */
export function sharedPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let shared = 0;
  while (shared < most && a.charCodeAt(shared) === b.charCodeAt(shared)) shared++;
  return shared;
}

function writeHead(out: Uint8Array, at: number, type: number, argument: number): number {
  if (argument < 24) {
    out[at] = type | argument;
    return at + 1;
  }
  if (argument < 0x100) {
    out[at] = type | 24;
    out[at + 1] = argument;
    return at + 2;
  }
  out[at] = type | 25;
  out[at + 1] = argument >> 8;
  out[at + 2] = argument & 0xff;
  return at + 3;
}

function writeLink(out: Uint8Array, at: number, cid: Cid | null): number {
  if (cid === null) {
    out[at] = 0xf6;
    return at + 1;
  }
  out[at] = 0xd8;
  out[at + 1] = 0x2a;
  out[at + 2] = 0x58;
  out[at + 3] = 0x25;
  out[at + 4] = 0x00;
  out.set(cid.bytes, at + 5);
  return at + LINK_SIZE;
}

/**
 * Decodes a node after checking that its bytes hash to `cid`. Everything that one node can show is checked: form, the
 * longest shared prefixes, ascending keys of a tree's alphabet. Layers are `checkLayer`'s, since they cost a hash a key.
 * CIDs are views on `bytes`.
 * @throws RepoError BlockHash, NodeForm, NodeSize, NodePrefix, NodeOrder, NodeKey
 */
export function readNode(cid: Cid, bytes: Uint8Array): StoredNode {
  if (!isBlockOf(cid, bytes)) throw new RepoError('BlockHash', 'A block does not hash to its CID', { block: cid.toString() });
  return parseNode({ cid, bytes });
}

/** As `readNode`, for a block whose hash has been checked. */
export function parseNode({ cid, bytes }: Block): StoredNode {
  if (cid.codec !== 'dag-cbor') throw new RepoError('BlockCid', 'A node is a DAG-CBOR block', { block: cid.toString() });
  return new NodeReader(cid, bytes).read();
}

const keyBytes = new Uint8Array(MAX_KEY_BYTES);

class NodeReader {
  readonly #cid: Cid;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(cid: Cid, bytes: Uint8Array) {
    this.#cid = cid;
    this.#bytes = bytes;
  }

  read(): StoredNode {
    this.#expect(0xa2);
    this.#name(0x65);
    const count = this.#head(0x80);
    if (count > MAX_NODE_ENTRIES) this.#fail('NodeSize', `A node has more than ${MAX_NODE_ENTRIES} entries`);
    const keys: string[] = [];
    const values: Cid[] = [];
    const children: (Cid | null)[] = [null];
    let length = 0;
    for (let i = 0; i < count; i++) {
      this.#expect(0xa4);
      this.#name(0x6b);
      const suffix = this.#head(0x40);
      const start = this.#at;
      if (suffix > this.#bytes.length - start) this.#fail('NodeForm', 'A node ends inside a key');
      this.#at = start + suffix;
      this.#name(0x70);
      const shared = this.#head(0x00);
      length = this.#key(i, start, suffix, shared, length);
      keys.push(asciiText(keyBytes, length));
      if (!isTreeKey(keys[i]!)) this.#fail('NodeKey', 'A key is not a path of a repository', keys[i]);
      this.#name(0x74);
      children.push(this.#optionalLink());
      this.#name(0x76);
      values.push(this.#link());
    }
    this.#name(0x6c);
    children[0] = this.#optionalLink();
    if (this.#at !== this.#bytes.length) this.#fail('NodeForm', 'Something follows a node in its block');
    return { keys, values, children, cid: this.#cid, bytes: this.#bytes };
  }

  /** Puts the key together in `keyBytes`; returns its length. */
  #key(index: number, start: number, suffix: number, shared: number, previous: number): number {
    const bytes = this.#bytes;
    if (shared > previous) this.#fail('NodePrefix', 'A key shares more than the key before it has');
    const length = shared + suffix;
    if (length > MAX_KEY_BYTES) this.#fail('NodeKey', `A key is longer than ${MAX_KEY_BYTES} bytes`);
    if (index > 0) {
      const next = suffix === 0 ? -1 : bytes[start]!;
      const before = shared < previous ? keyBytes[shared]! : -1;
      if (next === before) this.#fail(next < 0 ? 'NodeOrder' : 'NodePrefix', 'A key does not share all it could with the one before');
      if (next < before) this.#fail('NodeOrder', 'Keys of a node do not ascend');
    }
    for (let i = 0; i < suffix; i++) {
      const byte = bytes[start + i]!;
      if (byte >= 0x80) this.#fail('NodeKey', 'A key holds a byte outside ASCII');
      keyBytes[shared + i] = byte;
    }
    return length;
  }

  #fail(code: 'NodeForm' | 'NodeSize' | 'NodePrefix' | 'NodeOrder' | 'NodeKey', message: string, key?: string): never {
    const place = { block: this.#cid.toString(), offset: this.#at };
    throw new RepoError(code, message, key === undefined ? place : { ...place, key });
  }

  #expect(byte: number): void {
    if (this.#bytes[this.#at] !== byte) this.#fail('NodeForm', 'Not the form of a node');
    this.#at++;
  }

  #name(letter: number): void {
    this.#expect(0x61);
    this.#expect(letter);
  }

  #head(type: number): number {
    const bytes = this.#bytes;
    const first = bytes[this.#at]! ^ type;
    if (first < 24) {
      this.#at++;
      return first;
    }
    // Lengths in a node never pass 65,535: keys have 1,024 bytes, arrays 8,192 entries.
    const value = first === 24 ? bytes[this.#at + 1]! : first === 25 ? bytes[this.#at + 1]! * 256 + bytes[this.#at + 2]! : -1;
    if (!(value >= (first === 24 ? 24 : 256))) this.#fail('NodeForm', 'Not the form of a node');
    this.#at += first === 24 ? 2 : 3;
    return value;
  }

  #optionalLink(): Cid | null {
    if (this.#bytes[this.#at] !== 0xf6) return this.#link();
    this.#at++;
    return null;
  }

  #link(): Cid {
    const bytes = this.#bytes;
    const at = this.#at;
    if (
      bytes[at] !== 0xd8 || bytes[at + 1] !== 0x2a || bytes[at + 2] !== 0x58 || bytes[at + 3] !== 0x25 || bytes[at + 4] !== 0 ||
      !isCidAt(bytes, at + 5) || bytes[at + 6] !== 0x71
    ) {
      this.#fail('NodeForm', 'A link of a node is not the CID of a DAG-CBOR block');
    }
    this.#at = at + LINK_SIZE;
    return new Cid(bytes.subarray(at + 5, at + LINK_SIZE));
  }
}

function asciiText(bytes: Uint8Array, length: number): string {
  return length <= 256 ? String.fromCharCode.apply(null, bytes.subarray(0, length) as unknown as number[]) : longText(bytes, length);
}

function longText(bytes: Uint8Array, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

/** About how much memory a decoded node takes, bytes included. */
export function nodeWeight(node: StoredNode): number {
  return node.bytes.length + 300 + node.keys.length * 420;
}

