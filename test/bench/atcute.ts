import { readFile } from 'node:fs/promises';
import { fromUint8Array, writeCarStream } from '@atcute/car';
import { decode, encode, fromBytes, toBytes } from '@atcute/cbor';
import { CODEC_DCBOR, create, equals, fromString, toCidLink, toString } from '@atcute/cid';
import type { Bytes } from '@atcute/cbor';
import type { CidLink } from '@atcute/cid';
import { getPublicKeyFromDidController, P256PublicKey } from '@atcute/crypto';
import { buildExclusionProof, buildInclusionProof, MemoryBlockStore, mstDiff, NodeStore, NodeWalker, NodeWrangler } from '@atcute/mst';
import { formatMultikey } from '../../src/protocol/index.ts';
import { seededP256Signer } from '../../src/testing/index.ts';
import { DID, SEED } from './holdfast.ts';
import type { Held, Message, Peer } from './peer.ts';

type Blocks = Map<string, Uint8Array<ArrayBuffer>>;

interface Commit {
  readonly did: string;
  readonly rev: string;
  readonly data: CidLink;
  readonly sig: Bytes;
}

const { publicKey } = await seededP256Signer(SEED);
const { publicKeyBytes } = getPublicKeyFromDidController({ type: 'Multikey', publicKeyMultibase: formatMultikey(publicKey) });
const key = await P256PublicKey.importRaw(publicKeyBytes);

/** Every block of a CAR, hashed. */
async function readBlocks(car: Uint8Array): Promise<{ readonly root: string; readonly blocks: Blocks }> {
  const reader = fromUint8Array(car);
  const blocks: Blocks = new Map();
  for (const { cid, bytes } of reader) {
    if (!equals(await create(CODEC_DCBOR, bytes), cid)) throw new Error('hash');
    blocks.set(toString(cid), bytes as Uint8Array<ArrayBuffer>);
  }
  return { root: reader.roots[0]!.$link, blocks };
}

async function checkSignature(commit: Commit): Promise<void> {
  const { sig, ...unsigned } = commit;
  if (!(await key.verify(fromBytes(sig), encode(unsigned)))) throw new Error('signature');
}

class HeldBlocks implements Held {
  readonly #blocks: Blocks;
  readonly #nodes: NodeStore;
  readonly #wrangler: NodeWrangler;
  #commit: Commit;
  #root: string;

  constructor(root: string, blocks: Blocks) {
    this.#blocks = blocks;
    this.#nodes = new NodeStore(new MemoryBlockStore(blocks));
    this.#wrangler = new NodeWrangler(this.#nodes);
    this.#root = root;
    this.#commit = decode(blocks.get(root)!) as Commit;
  }

  async write(action: string, { path, record }: { path: string; record: unknown }): Promise<void> {
    const before = this.#commit.data.$link;
    let after: string;
    if (action === 'delete') {
      after = await this.#wrangler.deleteRecord(before, path);
    } else {
      const bytes = encode(record);
      const cid = toCidLink(await create(CODEC_DCBOR, bytes));
      this.#blocks.set(cid.$link, bytes);
      after = await this.#wrangler.putRecord(before, path, cid);
    }
    await mstDiff(this.#nodes, before, after);
    await (action === 'delete' ? buildExclusionProof : buildInclusionProof)(this.#nodes, after, path);
    const fields = { did: this.#commit.did, rev: this.#commit.rev, data: { $link: after }, prev: null, version: 3 };
    const bytes = encode({ ...fields, sig: toBytes(new Uint8Array(64)) });
    this.#root = toString(await create(CODEC_DCBOR, bytes));
    this.#blocks.set(this.#root, bytes);
    this.#commit = { ...this.#commit, data: { $link: after } };
  }

  async root(): Promise<string> {
    return this.#commit.data.$link;
  }

  async export(): Promise<number> {
    let bytes = 0;
    for await (const chunk of writeCarStream([{ $link: this.#root }], this.#walk())) bytes += chunk.length;
    return bytes;
  }

  async exportChecked(): Promise<number> {
    let bytes = 0;
    for await (const chunk of writeCarStream([{ $link: this.#root }], checked(this.#walk()))) bytes += chunk.length;
    return bytes;
  }

  *#walk(): Generator<{ cid: Uint8Array; data: Uint8Array }> {
    const one = (link: CidLink): { cid: Uint8Array; data: Uint8Array } => ({ cid: fromString(link.$link).bytes, data: this.#blocks.get(link.$link)! });
    yield one({ $link: this.#root });
    const stack: { readonly link: CidLink; readonly isNode: boolean }[] = [{ link: this.#commit.data, isNode: true }];
    for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
      const block = one(step.link);
      yield block;
      if (!step.isNode) continue;
      const { l, e } = decode(block.data) as { l: CidLink | null; e: { v: CidLink; t: CidLink | null }[] };
      for (const { v, t } of e.toReversed()) {
        if (t !== null) stack.push({ link: t, isNode: true });
        stack.push({ link: v, isNode: false });
      }
      if (l !== null) stack.push({ link: l, isNode: true });
    }
  }
}

async function* checked(blocks: Iterable<{ cid: Uint8Array; data: Uint8Array }>): AsyncGenerator<{ cid: Uint8Array; data: Uint8Array }> {
  for (const block of blocks) {
    const { bytes } = await create(CODEC_DCBOR, block.data as Uint8Array<ArrayBuffer>);
    if (!bytes.every((byte, index) => byte === block.cid[index])) throw new Error('hash');
    yield block;
  }
}

/** What the packages have for it: every hash, the walk of the tree with its heights, every record decoded, the signature. */
async function verifyCar(car: Uint8Array): Promise<number> {
  const { root, blocks } = await readBlocks(car);
  const commit = decode(blocks.get(root)!) as Commit;
  if (commit.did !== DID) throw new Error('did');
  await checkSignature(commit);
  let records = 0;
  const walker = await NodeWalker.create(new NodeStore(new MemoryBlockStore(blocks)), commit.data.$link);
  for await (const [, value] of walker.entries()) {
    decode(blocks.get(value.$link)!);
    records++;
  }
  return records;
}

async function verifyMessage({ car, commit: cid, prevData, ops }: Message): Promise<void> {
  const { blocks } = await readBlocks(car);
  const commit = decode(blocks.get(cid)!) as Commit;
  await checkSignature(commit);
  const nodes = new NodeStore(new MemoryBlockStore(blocks));
  const wrangler = new NodeWrangler(nodes);
  let root = commit.data.$link;
  for (const { path, cid: value, prev } of ops) {
    const walker = await NodeWalker.create(nodes, root);
    if (((await walker.findRpath(path))?.$link ?? null) !== value) throw new Error('operation');
    root = prev === undefined ? await wrangler.deleteRecord(root, path) : await wrangler.putRecord(root, path, { $link: prev });
  }
  if (root !== prevData) throw new Error('prevData');
}

export const atcute: Peer = {
  name: '@atcute',
  async build(items) {
    const wrangler = new NodeWrangler(new NodeStore(new MemoryBlockStore()));
    let root: string | null = null;
    for (const { path, record } of items) {
      root = await wrangler.putRecord(root, path, toCidLink(await create(CODEC_DCBOR, encode(record))));
    }
    return root!;
  },
  async open(car) {
    const { root, blocks } = await readBlocks(car);
    return new HeldBlocks(root, blocks);
  },
  verifyCar,
  // Walking the tree takes every block at hand.
  async verifyFile(path) {
    return verifyCar(await readFile(path));
  },
  verifyMessage,
};
