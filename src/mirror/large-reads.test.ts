// Whoever reads and takes nothing keeps little in memory: what is large comes in parts, and is the same.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { readCar, verifyRepoCar } from '@atproto/repo';
import { MirrorHouse, note, startTestMirror } from '../../test/support/running-mirror.ts';
import type { RunningTestMirror } from '../../test/support/running-mirror.ts';
import { formatDidKey } from '../protocol/index.ts';
import type { Cid } from '../protocol/index.ts';
import { repositoryBlocks } from '../repo/index.ts';

const RECORDS = 20;
const COLLECTION = 'app.holdfast.note';
let mirror: RunningTestMirror;
let house: MirrorHouse;

before(async () => {
  mirror = await startTestMirror();
  house = await MirrorHouse.make(mirror, 1);
  // A commit takes two megabytes at most.
  for (let index = 0; index < RECORDS; index++) await house.write([note(`r${index}`, `${index} ${'.'.repeat(300_000)}`)]);
  await house.pair();
});
after(() => mirror.close());

const get = (path: string): Promise<Response> => fetch(`${mirror.url}/xrpc/com.atproto.${path}`);
const carOf = async (path: string): Promise<Uint8Array> => new Uint8Array(await (await get(path)).arrayBuffer());

interface Page {
  readonly records: readonly { readonly uri: string; readonly cid: string }[];
  readonly cursor?: string;
}

async function allRecords(): Promise<{ readonly pages: number; readonly records: Page['records'] }> {
  const records: Page['records'][number][] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = await (await get(`repo.listRecords?repo=${house.did}&collection=${COLLECTION}&limit=100${cursor === undefined ? '' : `&cursor=${cursor}`}`)).json() as Page;
    records.push(...page.records);
    pages++;
    cursor = page.cursor;
  } while (cursor !== undefined);
  return { pages, records };
}

it('a page of large records has fewer of them, and its cursor leads to all others', async () => {
  const { pages, records } = await allRecords();
  assert.ok(pages >= RECORDS / 4, `${pages} pages`);
  assert.deepEqual([records.length, new Set(records.map(({ uri }) => uri)).size], [RECORDS, RECORDS]);
});

it('many large blocks are given whole, the first that was asked for as the root', async () => {
  const cids = (await allRecords()).records.map(({ cid }) => cid);
  const { roots, blocks } = await readCar(await carOf(`sync.getBlocks?did=${house.did}&${cids.map((cid) => `cids=${cid}`).join('&')}`));
  assert.deepEqual(roots.map(String), [cids[0]]);
  assert.deepEqual(blocks.cids().map(String).sort(), cids.toSorted());
});

it('a repository of large records is right, also what is new of it', async () => {
  const { creates } = await verifyRepoCar(await carOf(`sync.getRepo?did=${house.did}`), house.did, formatDidKey(house.signer.publicKey));
  assert.equal(creates.length, RECORDS);
  const { blocks } = await readCar(await carOf(`sync.getRepo?did=${house.did}&since=2222222222222`));
  const cids = (await allRecords()).records.map(({ cid }) => cid);
  assert.ok(cids.every((cid) => blocks.cids().some((each) => each.toString() === cid)));
});

it('a walk asks for few large blocks at a time', async () => {
  let most = 0;
  const read = async (cids: readonly Cid[]): Promise<(Uint8Array | undefined)[]> => {
    const found = await house.blocks.read(cids);
    most = Math.max(most, found.reduce((sum, bytes) => sum + (bytes?.length ?? 0), 0));
    return found;
  };
  const { commit } = house.repository;
  let blocks = 0;
  for await (const run of repositoryBlocks({ read, isScattered: true }, commit, commit.data)) blocks += run.length;
  assert.ok(blocks > RECORDS);
  assert.ok(most < 2_700_000, `${most} bytes at a time`);
});
