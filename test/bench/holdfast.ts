import { cidOf, encodeCbor, parseDid, TidClock } from '../../src/protocol/index.ts';
import type { Cid, Tid } from '../../src/protocol/index.ts';
import {
  carStream, commitMessage, Repository, repositoryBlocks, signCommit, TreeBuilder, verifyCommitMessage, verifyRepository,
} from '../../src/repo/index.ts';
import type { Author, Block, CommitMessage, CommitResult, Write } from '../../src/repo/index.ts';
import { MemoryBlockStore } from '../../src/storage/memory/index.ts';
import { seededP256Signer } from '../../src/testing/index.ts';
import type { Item } from './generator.ts';
import type { Action, Held, Message, Peer } from './peer.ts';

export const SEED = new Uint8Array(32).fill(9);
export const DID = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');
const signer = await seededP256Signer(SEED);
const clock = new TidClock({ clockId: 1 });
const signing: Author = { signer, clock };
const unsigned: Author = { signer: { publicKey: signer.publicKey, sign: async () => new Uint8Array(64) }, clock };

async function buildBlocks(items: readonly Item[]): Promise<{ readonly commit: Block; readonly data: Cid; readonly blocks: Block[] }> {
  const entries = items.map(({ path, record }) => {
    const bytes = encodeCbor(record);
    return { path, block: { cid: cidOf(bytes), bytes } };
  });
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  const blocks: Block[] = entries.map(({ block }) => block);
  const builder = new TreeBuilder((node) => void blocks.push(node));
  for (const { path, block } of entries) builder.add(path, block.cid);
  const data = builder.finish();
  const commit = await signCommit(signer, { did: DID, data, rev: clock.next() });
  return { commit, data, blocks: [...blocks, commit] };
}

/** The input of every peer: one signed repository as a CAR. */
export async function makeCar(items: readonly Item[]): Promise<Uint8Array> {
  const { commit, data, blocks } = await buildBlocks(items);
  const store = new MemoryBlockStore();
  await store.apply({ put: blocks });
  return collect(carStream(commit.cid, repositoryBlocks(store, commit, data)));
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}

/** A message, and the commit before it, which whoever follows a repository has. */
interface Original {
  readonly message: CommitMessage;
  readonly previous: { readonly rev: Tid; readonly data: Cid };
}

class HeldRepository implements Held {
  readonly #store: MemoryBlockStore;
  #repository: Repository;

  constructor(store: MemoryBlockStore, repository: Repository) {
    this.#store = store;
    this.#repository = repository;
  }

  async write(action: Action, item: Item): Promise<void> {
    await this.commit([writeOf(action, item)], unsigned);
  }

  async commit(writes: readonly Write[], author: Author): Promise<CommitResult> {
    const result = await this.#repository.write(writes, author);
    await this.#store.apply({ put: result.newBlocks, remove: result.deadBlocks });
    this.#repository = result.repository;
    return result;
  }

  get previous(): Original['previous'] {
    return { rev: this.#repository.rev, data: this.#repository.tree.root };
  }

  async export(): Promise<number> {
    const { commit, tree } = this.#repository;
    const reader = carStream(commit.cid, repositoryBlocks(this.#store, commit, tree.root)).getReader();
    let bytes = 0;
    for (let step = await reader.read(); step.done !== true; step = await reader.read()) bytes += step.value.length;
    return bytes;
  }

  // There is no other export: what a store gives is always checked.
  exportChecked(): Promise<number> {
    return this.export();
  }
}

function writeOf(action: Action, { path, record }: Item): Write {
  return action === 'delete' ? { action, path } : { action, path, record };
}

async function open(car: Uint8Array): Promise<HeldRepository> {
  const store = new MemoryBlockStore();
  const { commit } = await verifyRepository(car, {
    key: signer.publicKey, visitor: { blocks: (blocks) => store.apply({ put: blocks }) },
  });
  return new HeldRepository(store, await Repository.open(store, commit.cid));
}

/** Signed messages of single writes on the repository of a CAR: what a mirror or relay is sent. */
export async function makeMessages(car: Uint8Array, changes: readonly { readonly action: Action; readonly item: Item }[]): Promise<Message[]> {
  const held = await open(car);
  const messages: Message[] = [];
  for (const { action, item } of changes) {
    const { previous } = held;
    const original = commitMessage(await held.commit([writeOf(action, item)], signing), new Date());
    messages.push({
      did: original.repo, commit: original.commit.toString(), prevData: original.prevData.toString(), car: original.blocks,
      original: { message: original, previous },
      ops: original.ops.map(({ action: done, path, cid, prev }) =>
        ({ action: done, path, cid: cid?.toString() ?? null, ...(prev === undefined ? {} : { prev: prev.toString() }) })),
    });
  }
  return messages;
}

export const holdfast: Peer = {
  name: 'holdfast',
  async build(items) {
    return (await buildBlocks(items)).data.toString();
  },
  open,
  async verifyCar(car) {
    return (await verifyRepository(car, { key: signer.publicKey, did: DID })).records;
  },
  async verifyMessage({ original }) {
    const { message, previous } = original as Original;
    await verifyCommitMessage(message, { key: signer.publicKey, previous });
  },
};
