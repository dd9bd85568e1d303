import { cidOf } from '../../src/protocol/index.ts';
import { carStream, RepoError, repositoryBlocks, verifyRepository } from '../../src/repo/index.ts';
import { seededP256Signer } from '../../src/testing/index.ts';
import { seededBatches, SeededHouse } from '../support/seeded-batches.ts';
import { equal, ok, rejectedBy } from './assert.ts';
import type { Block } from '../../src/repo/index.ts';

const BLOCK_BYTES = 30_000;

/** Endless blocks, which count themselves and say when they are ended. */
function endlessBlocks() {
  const seen = { given: 0, ended: false };
  async function* runs(): AsyncGenerator<readonly Block[]> {
    try {
      for (;;) {
        const bytes = new Uint8Array(BLOCK_BYTES).fill(seen.given++);
        yield [{ cid: cidOf(bytes, 'raw'), bytes }];
      }
    } finally {
      seen.ended = true;
    }
  }
  return { seen, stream: carStream(cidOf(new Uint8Array(0), 'raw'), runs()) };
}

describe('export in a browser', () => {
  it('asks for no block before the reader wants one, and for few ahead', async () => {
    const { seen, stream } = endlessBlocks();
    await new Promise((resolve) => setTimeout(resolve));
    equal(seen.given, 0);
    const reader = stream.getReader();
    for (let chunk = 1; chunk <= 5; chunk++) {
      const { value } = await reader.read();
      ok(value !== undefined && value.length > 0, 'an empty chunk');
      // Two blocks fit into 64 KiB, and the one that does not has been asked for.
      ok(seen.given <= 2 * chunk + 1, `${seen.given} blocks for ${chunk} chunks`);
    }
    await reader.cancel();
  });

  it('ends its source when it is cancelled', async () => {
    const { seen, stream } = endlessBlocks();
    const reader = stream.getReader();
    await reader.read();
    equal(seen.ended, false);
    await reader.cancel();
    equal(seen.ended, true);
    const { given } = seen;
    equal((await reader.read()).done, true);
    equal(seen.given, given);
  });

  it('ends its source when the browser drops the download', async () => {
    const { seen, stream } = endlessBlocks();
    const response = new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    equal(seen.ended, true);
  });

  it('breaks off with the reason of its signal', async () => {
    const house = await houseOf(10);
    const { commit, tree } = house.repository;
    const exporting = new AbortController();
    const blocks = repositoryBlocks(house.store, commit, tree.root, exporting.signal);
    await blocks.next();
    exporting.abort(new RangeError('enough'));
    equal((await rejectedBy(() => blocks.next(), RangeError)).message, 'enough');
    equal((await blocks.next()).done, true);
  });

  it('is refused by the reader where a block is not what its name says', async () => {
    const house = await houseOf(3);
    const { commit, tree } = house.repository;
    const lying = { read: async (cids: Parameters<SeededHouse['store']['read']>[0]) => (await house.store.read(cids)).map(() => Uint8Array.of(0xa0)) };
    const stream = carStream(commit.cid, repositoryBlocks(lying, commit, tree.root));
    const error = await rejectedBy(() => verifyRepository(stream, { key: house.author.signer.publicKey }), RepoError);
    equal(error.code, 'BlockHash');
  });

  it('stops being read when it is found to be wrong', async () => {
    const { seen, stream } = endlessBlocks();
    const house = await houseOf(1);
    const limits = { bytes: 1_000_000, blocks: 20, time: 60_000 };
    const error = await rejectedBy(() => verifyRepository(stream, { key: house.author.signer.publicKey, limits }), RepoError);
    equal(error.code, 'BudgetExceeded');
    equal(seen.ended, true);
  });
});

async function houseOf(batches: number): Promise<SeededHouse> {
  const house = new SeededHouse(await seededP256Signer(new Uint8Array(32).fill(7)));
  for (const batch of seededBatches(batches)) await house.write(batch);
  return house;
}
