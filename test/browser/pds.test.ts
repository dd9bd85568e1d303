import { cidOf, createP256Signer, datetimeFromMs, formatDidKey, generateP256Key, parseDid, TidClock } from '../../src/protocol/index.ts';
import { createPds, EventFeed, HOUSE_METHODS } from '../../src/pds/index.ts';
import type { Pds } from '../../src/pds/index.ts';
import { Repository, verifyRepository } from '../../src/repo/index.ts';
import { openHouse } from '../../src/storage/idb/index.ts';
import type { House as Stores } from '../../src/storage/idb/index.ts';
import { equal, ok } from './assert.ts';
import { inHouse } from './house-store-support.ts';
import type { PublicKey } from '../../src/protocol/index.ts';

const DID = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');
const NOTE = 'app.holdfast.note';

interface Tab {
  readonly pds: Pds;
  readonly feed: EventFeed;
}

function tabOn({ store, blobs, jobs }: Stores): Tab {
  const feed = new EventFeed();
  return { feed, pds: createPds({ store, blobs, jobs, feed, version: '1', did: parseDid('did:web:house.test') }, HOUSE_METHODS) };
}

async function addAccount({ store }: Stores): Promise<PublicKey> {
  const keys = { signing: await generateP256Key(false), rotation: await generateP256Key(false) };
  const signer = await createP256Signer(keys.signing);
  const { commit, newBlocks } = await Repository.create(store.reader(DID), DID, { signer, clock: new TidClock() });
  const signingKey = formatDidKey(signer.publicKey);
  await store.create({
    did: DID, status: 'active', origin: 'created', createdAt: datetimeFromMs(Date.now()), head: commit, collections: new Map(),
    signingKey, rotationKeys: [signingKey], operations: [],
  }, keys, newBlocks);
  return signer.publicKey;
}

/** A server over the stores of this browser, with an account. */
function withAccount(work: (tab: Tab, key: PublicKey, stores: Stores, name: string) => Promise<void>): Promise<void> {
  return inHouse(async (stores, name) => work(tabOn(stores), await addAccount(stores), stores, name));
}

function fetching({ pds }: Tab, path: string, init?: RequestInit): Promise<Response> {
  return pds.fetch(new Request(new URL(`/xrpc/${path}`, location.href), init), { kind: 'owner' });
}

function posting(tab: Tab, nsid: string, body: BodyInit, id: string, type = 'application/json'): Promise<Response> {
  return fetching(tab, nsid, { method: 'POST', body, headers: { 'content-type': type, 'holdfast-request-id': id } });
}

function creating(tab: Tab, text: string, id: string = crypto.randomUUID()): Promise<Response> {
  return posting(tab, 'com.atproto.repo.createRecord', JSON.stringify({ repo: DID, collection: NOTE, record: { text } }), id);
}

async function recordsOf(tab: Tab, key: PublicKey): Promise<number> {
  const car = await fetching(tab, `com.atproto.sync.getRepo?did=${DID}`);
  equal(car.status, 200);
  return (await verifyRepository(car.body!, { key, did: DID })).records;
}

describe('The server, as a browser runs it', () => {
  it('writes and exports what verifies, once for a request, and tells of it', () => withAccount(async (tab, key) => {
    const feed = await fetching(tab, 'app.holdfast.events.subscribe');
    const [first, again] = await Promise.all([creating(tab, 'ü', 'request-1'), creating(tab, 'ü', 'request-1')]);
    equal(first.status, 200);
    equal(await again.text(), await first.text());
    equal(await recordsOf(tab, key), 1);
    tab.feed.end();
    equal((await feed.text()).trim().split('\n').map((line) => (JSON.parse(line) as { type: string }).type).join(), 'hello,commit,ending');
  }));

  it('makes one chain of what two tabs write at once', () => withAccount(async (tab, key, stores, name) => {
    const others = await openHouse(name);
    try {
      const tabs = [tab, tabOn(others)];
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => creating(tabs[n % 2]!, `text ${n}`)));
      for (const answer of answers) equal(answer.status, 200);
      equal(await recordsOf(tabs[1]!, key), 20);
      const history = await stores.store.history(DID, { limit: 100 });
      equal(new Set(history.map(({ rev }) => rev)).size, 20);
    } finally {
      await others.close();
    }
  }));

  it('takes blobs and gives them back', () => withAccount(async (tab) => {
    const bytes = new Uint8Array(100_000).fill(7);
    const { blob } = await (await posting(tab, 'com.atproto.repo.uploadBlob', bytes, 'request-1', 'application/x-seven')).json() as {
      blob: { ref: { $link: string } };
    };
    equal(blob.ref.$link, cidOf(bytes, 'raw').toString());
    const record = { repo: DID, collection: NOTE, rkey: 'a', record: { blob } };
    equal((await posting(tab, 'com.atproto.repo.putRecord', JSON.stringify(record), 'request-2')).status, 200);
    const given = await fetching(tab, `com.atproto.sync.getBlob?did=${DID}&cid=${blob.ref.$link}`);
    equal(given.headers.get('content-type'), 'application/x-seven');
    equal((await given.arrayBuffer()).byteLength, bytes.length);
  }));

  it('knows a body from none, which not every browser tells', () => withAccount(async (tab) => {
    equal((await fetching(tab, 'app.holdfast.kit.generatePassphrase', { method: 'POST' })).status, 200);
    equal((await posting(tab, 'app.holdfast.kit.generatePassphrase', '{}', 'request-1')).status, 400);
    equal((await fetching(tab, 'com.atproto.repo.putRecord', { method: 'POST' })).status, 400);
    const large = await posting(tab, 'com.atproto.repo.putRecord', ' '.repeat(1_000_001), 'request-2');
    equal(large.status, 413);
    ok((await large.text()).includes('PayloadTooLarge'), 'it says so');
  }));
});
