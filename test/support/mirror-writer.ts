// Writes to the stores of a mirror until it is killed: `node mirror-writer.ts <directory> [<point>:<number>]`. With a point
// it kills itself when it comes there for that time. Each line that it prints is a promise: rev, commit and seq of what was
// acknowledged.
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { Cid, cidOf, decodeCbor } from '../../src/protocol/index.ts';
import type { Did } from '../../src/protocol/index.ts';
import { Repository, repositoryBlocks, unreferenced } from '../../src/repo/index.ts';
import type { BlockReader, CommitResult, Write } from '../../src/repo/index.ts';
import type { CopyHead, StoredEvent } from '../../src/mirroring/index.ts';
import { openMirrorStore } from '../../src/storage/sqlite/index.ts';
import { MirroredAccount } from '../../src/testing/index.ts';

const COLLECTION = 'app.holdfast.test';
const PATHS = 200;

const [directory = '.', killAt = ''] = process.argv.slice(2);
const [point, times] = killAt.split(':');
// Who is killed leaves no cache for the next.
flushCompileCache();
let passed = 0;
const { store, blobs } = await openMirrorStore(directory, {
  onPoint: (name) => {
    if (name === point && ++passed === Number(times)) process.kill(process.pid, 'SIGKILL');
  },
});
const account = await MirroredAccount.make(store, 1, 30);
const { did } = account;

const kept = await store.account(did) ?? await store.enroll({ did });
if (kept.head === undefined) acknowledge(await account.handOver(store, { expected: undefined }), account.repository.commit);
if (kept.status === 'pairing') await store.update(did, { status: 'active' }, [{ type: '#account', did, body: { did, active: true } }]);

for (let round = 1; ; round++) {
  const head = (await store.account(did))!.head!;
  account.test.repository = await Repository.open(store.reader(did), head.cid);
  const { writes, named } = await wishes();
  if (round % 5 === 0) await handOver(writes, named);
  else await commit(writes, named);
  if (round % 4 === 0) {
    await store.maintain(0);
    await blobs.collect(did, 0);
    await blobs.uploads.collect(did, 0);
  }
}

type Named = ReadonlyMap<string, readonly Cid[]>;

async function wishes(): Promise<{ readonly writes: readonly Write[]; readonly named: Named }> {
  const paths = new Set(Array.from({ length: 1 + random(4) }, () => `${COLLECTION}/${String(random(PATHS)).padStart(6, '0')}`));
  const named = new Map<string, readonly Cid[]>();
  const writes: Write[] = [];
  for (const path of paths) {
    const isThere = await account.repository.tree.get(path) !== null;
    const blob = random(3) === 0 ? await newBlob(did) : undefined;
    named.set(path, []);
    if (isThere && random(2) === 0) {
      writes.push({ action: 'delete', path });
      continue;
    }
    if (blob !== undefined) named.set(path, [blob]);
    const record = { $type: COLLECTION, text: 'x'.repeat(random(2000)), ...(blob && { blob }) };
    writes.push({ action: isThere ? 'update' : 'create', path, record });
  }
  return { writes, named };
}

async function newBlob(did: Did): Promise<Cid> {
  const size = 2 + random(20_000);
  const bytes = crypto.getRandomValues(new Uint8Array(size));
  const info = { cid: cidOf(bytes, 'raw'), mimeType: 'a/b' };
  const way = random(3);
  if (way === 0) await blobs.put(did, bytes, info);
  else if (way === 1) await blobs.putStream(did, (async function* () { yield bytes; })(), info, 1e6);
  else {
    const half = size >> 1;
    for (const [offset, part] of [[0, bytes.subarray(0, half)], [half, bytes.subarray(half)]] as const) {
      await blobs.uploads.put(did, { ...info, size }, (async function* () { yield part; })(), offset, { limit: 1e6, most: 1e9 });
    }
  }
  return info.cid;
}

async function commit(writes: readonly Write[], named: Named): Promise<void> {
  const { change, result } = await account.change(writes);
  const dropped = await unreferenced(result.repository.tree, result.droppedRecords);
  acknowledge(await store.commit({ ...change, deadBlocks: [...change.deadBlocks, ...dropped], blobs: named }), result.commit);
}

/** The next commit, as a whole repository that takes the place of what is there. */
async function handOver(writes: readonly Write[], named: Named): Promise<void> {
  const { change: { expected }, result } = await account.change(writes);
  const reader = layered(result, store.reader(did));
  const writer = await store.copy(did);
  const { cid, rev, data, bytes } = result.commit;
  for await (const blocks of repositoryBlocks(reader, { cid, bytes }, data)) await writer.add(blocks);
  const references = new Map<string, readonly Cid[]>();
  let records = 0;
  for await (const { key, value } of result.repository.tree.entries()) {
    records++;
    references.set(key, named.get(key) ?? await blobsOf(value, reader));
  }
  await writer.add([], references);
  account.test.repository = result.repository;
  acknowledge(await writer.adopt({
    expected, head: { cid, rev, data }, signingKey: account.signingKey,
    collections: new Map([...account.test.account.collections.keys()].map((name) => [name, records])), events: [account.syncEvent()],
  }), result.commit);
}

async function blobsOf(record: Cid, reader: BlockReader): Promise<readonly Cid[]> {
  const [bytes] = await reader.read([record]);
  const { blob } = decodeCbor(bytes!) as { readonly blob?: unknown };
  return blob instanceof Cid ? [blob] : [];
}

function layered({ newBlocks }: CommitResult, below: BlockReader): BlockReader {
  return {
    read: async (cids) => {
      const found = await below.read(cids);
      return cids.map((cid, index) => newBlocks.find((block) => block.cid.equals(cid))?.bytes ?? found[index]);
    },
  };
}

function acknowledge(events: readonly StoredEvent[], { rev, cid }: Pick<CopyHead, 'rev' | 'cid'>): void {
  writeSync(1, `${rev} ${cid.toString()} ${events[0]!.seq}\n`);
}

function random(below: number): number {
  return Math.floor(Math.random() * below);
}
