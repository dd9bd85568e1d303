import { CidMap, cidOf, createP256Signer, encodeCbor, parseDid, TidClock } from '../../src/protocol/index.ts';
import type { Cid, PublicKey, Tid } from '../../src/protocol/index.ts';
import { importKeyPair, Secret } from '../../src/keys/index.ts';
import {
  carStream, commitMessage, readCar, Repository, repositoryBlocks, signCommit, TreeBuilder, verifyCommitMessage, verifyRepository,
} from '../../src/repo/index.ts';
import type { Author, Block, BlockChange, BlockStore, ByteSource, CommitMessage, CommitResult, Write } from '../../src/repo/index.ts';
import type { Item } from './generator.ts';
import type { Action, Held, Message, Peer } from './peer.ts';

/** The private key of the repository that every peer is given. */
export const SEED = new Uint8Array(32).fill(9);
export const DID = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');
// Not awaited here: a service worker may not wait for anything while it is loaded.
/** Signs the repository that every peer is given. */
export const benchSigner = importKeyPair(new Secret(SEED.slice())).then(({ pair }) => createP256Signer(pair));
const clock = new TidClock({ clockId: 1 });

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
  const commit = await signCommit(await benchSigner, { did: DID, data, rev: clock.next() });
  return { commit, data, blocks: [...blocks, commit] };
}

/** The input of every peer: one signed repository as a CAR. */
export async function makeCar(items: readonly Item[]): Promise<Uint8Array> {
  const { commit, data, blocks } = await buildBlocks(items);
  const store = new HeldBlocks();
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

/** Blocks in a map, as the stores of the peers have them: nothing is copied, nothing is checked. */
class HeldBlocks implements BlockStore {
  readonly #blocks = new CidMap<Uint8Array>();

  async read(cids: readonly Cid[]): Promise<(Uint8Array | undefined)[]> {
    return cids.map((cid) => this.#blocks.get(cid));
  }

  async apply({ put = [], remove = [] }: BlockChange): Promise<void> {
    for (const cid of remove) this.#blocks.delete(cid);
    for (const { cid, bytes } of put) this.#blocks.set(cid, bytes);
  }
}

class HeldRepository implements Held {
  readonly #store: HeldBlocks;
  readonly #unsigned: Author;
  #repository: Repository;

  constructor(store: HeldBlocks, repository: Repository, publicKey: PublicKey) {
    this.#store = store;
    this.#repository = repository;
    this.#unsigned = { signer: { publicKey, sign: async () => new Uint8Array(64) }, clock };
  }

  async write(action: Action, item: Item): Promise<void> {
    await this.commit([writeOf(action, item)], this.#unsigned);
  }

  async commit(writes: readonly Write[], author: Author): Promise<CommitResult> {
    const result = await this.#repository.write(writes, author);
    await this.#store.apply({ put: result.newBlocks, remove: result.deadBlocks });
    this.#repository = result.repository;
    return result;
  }

  async root(): Promise<string> {
    return this.#repository.tree.root.toString();
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
  const store = new HeldBlocks();
  const { publicKey } = await benchSigner;
  const { commit } = await verifyRepository(car, {
    key: publicKey, visitor: { blocks: (blocks) => store.apply({ put: blocks }) },
  });
  return new HeldRepository(store, await Repository.open(store, commit.cid), publicKey);
}

/** What the hashes of a repository are taken of: every block, and every key for its layer. */
export async function hashedParts(car: Uint8Array): Promise<{ readonly blocks: Uint8Array[]; readonly keys: Uint8Array[] }> {
  const blocks: Uint8Array[] = [];
  const keys: Uint8Array[] = [];
  const utf8 = new TextEncoder();
  await verifyRepository(car, {
    key: (await benchSigner).publicKey,
    visitor: { blocks: (some) => void blocks.push(...some.map(({ bytes }) => bytes)), record: (path) => void keys.push(utf8.encode(path)) },
  });
  return { blocks, keys };
}

/** The blocks of a message. */
export function messageBlocks(car: Uint8Array): Uint8Array[] {
  return readCar(car).blocks.map(({ bytes }) => bytes);
}

/** The blocks that one commit makes, for each of some. */
export async function freshBlocks(car: Uint8Array, changes: readonly { readonly action: Action; readonly item: Item }[]): Promise<Uint8Array[]> {
  const held = await open(car);
  const signing: Author = { signer: await benchSigner, clock };
  const made: Uint8Array[] = [];
  for (const { action, item } of changes) {
    made.push(...(await held.commit([writeOf(action, item)], signing)).newBlocks.map(({ bytes }) => bytes));
  }
  return made;
}

/** Signed messages of single writes on the repository of a CAR: what a mirror or relay is sent. */
export async function makeMessages(car: Uint8Array, changes: readonly { readonly action: Action; readonly item: Item }[]): Promise<Message[]> {
  const held = await open(car);
  const signing: Author = { signer: await benchSigner, clock };
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

/** Verifies a CAR as it arrives; gives the count of records. */
export async function verifyStream(source: ByteSource): Promise<number> {
  return (await verifyRepository(source, { key: (await benchSigner).publicKey, did: DID })).records;
}

export const holdfast: Peer = {
  name: 'holdfast',
  async build(items) {
    return (await buildBlocks(items)).data.toString();
  },
  open,
  verifyCar: verifyStream,
  async verifyMessage({ original }) {
    const { message, previous } = original as Original;
    await verifyCommitMessage(message, { key: (await benchSigner).publicKey, previous });
  },
};
