// Run by its test under a small heap: makes a repository of 100,000 records and puts it through everything that must
// not hold it in memory. Prints one line of JSON.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { getHeapStatistics } from 'node:v8';
import { cidOf, encodeCbor, TidClock } from '../../src/protocol/index.ts';
import { carStream, Repository, repositoryBlocks, signCommit, TreeBuilder, verifyRepository } from '../../src/repo/index.ts';
import type { Block } from '../../src/repo/index.ts';
import { MemoryBlockStore } from '../../src/storage/memory/index.ts';
import { Generator } from '../bench/generator.ts';
import { DID, p256 } from '../support/house.ts';

const [, , file = '', count = '100000'] = process.argv;
const author = { signer: p256, clock: new TidClock({ clockId: 1 }) };

/** Makes the repository, exports it to the file, and forgets it. */
async function make(): Promise<void> {
  const store = new MemoryBlockStore();
  const generator = new Generator(1);
  let batch: Block[] = [];
  const take = async (block: Block): Promise<void> => {
    if (batch.push(block) < 1_000) return;
    await store.apply({ put: batch });
    batch = [];
  };
  const entries: { path: string; block: Block }[] = [];
  for (const { path, record } of generator.items(Number(count))) {
    const bytes = encodeCbor(record);
    entries.push({ path, block: { cid: cidOf(bytes), bytes } });
  }
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  const builder = new TreeBuilder((node) => void batch.push(node));
  for (const { path, block } of entries) {
    builder.add(path, block.cid);
    await take(block);
  }
  const data = builder.finish();
  const commit = await signCommit(author.signer, { did: DID, data, rev: author.clock.next() });
  await store.apply({ put: [...batch, commit] });
  await save(store, commit.cid);
}

async function save(store: MemoryBlockStore, head: Block['cid']): Promise<void> {
  const { commit, tree } = await Repository.open(store, head);
  const stream = carStream(commit.cid, repositoryBlocks(store, commit, tree.root));
  await pipeline(Readable.fromWeb(stream as never), createWriteStream(file));
}

async function walk(repository: Repository): Promise<number> {
  let entries = 0;
  let last = '';
  for await (const { key } of repository.tree.entries()) if (key > last) [entries, last] = [entries + 1, key];
  return entries;
}

await make();
const key = p256.publicKey;
const verified = await verifyRepository(createReadStream(file), { key });

const imported = new MemoryBlockStore();
const { commit } = await verifyRepository(createReadStream(file), {
  key, visitor: { blocks: (blocks) => imported.apply({ put: blocks }) },
});
const repository = await Repository.open(imported, commit.cid);
const walked = await walk(repository);

const hash = createHash('sha256');
for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
const before = hash.digest('hex');
const again = createHash('sha256');
for await (const block of Readable.fromWeb(carStream(commit.cid, repositoryBlocks(imported, commit, commit.data)) as never)) {
  again.update(block as Uint8Array);
}

console.log(JSON.stringify({
  records: verified.records, walked, blocks: imported.size,
  identical: before === again.digest('hex'),
  heapLimit: getHeapStatistics().heap_size_limit,
  peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
}));
