import { cidOf, createP256Signer, datetimeFromMs, formatDidKey, generateP256Key, parseDid, TidClock } from '../../src/protocol/index.ts';
import { createPds, EventFeed } from '../../src/pds/index.ts';
import type { Pds } from '../../src/pds/index.ts';
import { Repository, verifyRepository } from '../../src/repo/index.ts';
import { MemoryBlobStore, MemoryHouseStore, MemoryJobStore } from '../../src/storage/memory/index.ts';
import { equal, ok } from './assert.ts';
import type { PublicKey } from '../../src/protocol/index.ts';

const DID = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');

interface House {
  readonly pds: Pds;
  readonly feed: EventFeed;
  readonly key: PublicKey;
}

async function newHouse(): Promise<House> {
  const blobs = new MemoryBlobStore();
  const store = new MemoryHouseStore(blobs);
  const feed = new EventFeed();
  const keys = { signing: await generateP256Key(false), rotation: await generateP256Key(false) };
  const signer = await createP256Signer(keys.signing);
  const { commit, newBlocks } = await Repository.create(store.reader(DID), DID, { signer, clock: new TidClock() });
  const signingKey = formatDidKey(signer.publicKey);
  await store.create({
    did: DID, status: 'active', origin: 'created', createdAt: datetimeFromMs(Date.now()), head: commit, collections: new Map(),
    signingKey, rotationKeys: [signingKey], operations: [],
  }, keys, newBlocks);
  const pds = createPds({ store, blobs, jobs: new MemoryJobStore(), feed, version: '1', did: parseDid('did:web:house.test') });
  return { pds, feed, key: signer.publicKey };
}

function fetching({ pds }: House, path: string, init?: RequestInit): Promise<Response> {
  return pds.fetch(new Request(new URL(`/xrpc/${path}`, location.href), init), { kind: 'owner' });
}

function posting(house: House, nsid: string, body: BodyInit, type = 'application/json'): Promise<Response> {
  return fetching(house, nsid, { method: 'POST', body, headers: { 'content-type': type, 'holdfast-request-id': 'request-1' } });
}

describe('The server, as a browser runs it', () => {
  it('writes and exports what verifies, and tells of it', async () => {
    const house = await newHouse();
    const feed = await fetching(house, 'app.holdfast.events.subscribe');
    const body = JSON.stringify({ repo: DID, collection: 'app.holdfast.note', record: { text: 'ü' } });
    const created = await posting(house, 'com.atproto.repo.createRecord', body);
    equal(created.status, 200);
    equal(JSON.stringify(await (await posting(house, 'com.atproto.repo.createRecord', body)).json()), JSON.stringify(await created.json()));
    const car = await fetching(house, `com.atproto.sync.getRepo?did=${DID}`);
    const { records } = await verifyRepository(car.body!, { key: house.key, did: DID });
    equal(records, 1);
    house.feed.end();
    equal((await feed.text()).trim().split('\n').map((line) => (JSON.parse(line) as { type: string }).type).join(), 'hello,commit,ending');
  });

  it('takes blobs and gives them back', async () => {
    const house = await newHouse();
    const bytes = new Uint8Array(100_000).fill(7);
    const { blob } = await (await posting(house, 'com.atproto.repo.uploadBlob', bytes, 'application/x-seven')).json() as { blob: { ref: { $link: string } } };
    equal(blob.ref.$link, cidOf(bytes, 'raw').toString());
    const record = { repo: DID, collection: 'app.holdfast.note', rkey: 'a', record: { blob } };
    equal((await posting(house, 'com.atproto.repo.putRecord', JSON.stringify(record))).status, 200);
    const given = await fetching(house, `com.atproto.sync.getBlob?did=${DID}&cid=${blob.ref.$link}`);
    equal((await given.arrayBuffer()).byteLength, bytes.length);
  });

  it('knows a body from none, which not every browser tells', async () => {
    const house = await newHouse();
    equal((await fetching(house, 'app.holdfast.kit.generatePassphrase', { method: 'POST' })).status, 200);
    equal((await posting(house, 'app.holdfast.kit.generatePassphrase', '{}')).status, 400);
    equal((await fetching(house, 'com.atproto.repo.putRecord', { method: 'POST' })).status, 400);
    const large = await posting(house, 'com.atproto.repo.putRecord', ' '.repeat(1_000_001));
    equal(large.status, 413);
    ok((await large.text()).includes('PayloadTooLarge'), 'it says so');
  });
});
