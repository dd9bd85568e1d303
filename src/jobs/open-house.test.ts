import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { parseCid, parseDidKey, verifyServiceAuth } from '../protocol/index.ts';
import { generatePassphrase } from '../keys/index.ts';
import { MemoryKeyVault } from '../storage/memory/index.ts';
import { Town } from '../../test/support/town.ts';
import type { LongJob, LongJobMessage } from './messages.ts';
import type { RestoreResult } from './restore.ts';
import { newKit } from './new-kit.ts';
import { runJob } from './run-job.ts';
import { piecesPlace } from './save-place.ts';

const FINGERPRINT = Array.from({ length: 32 }, () => '0A').join(':');

/** A house with a paired account, a blob, and words that its mirror does not have; and a house that has nothing. */
async function twoHouses(): Promise<{ readonly here: Town; readonly there: Town; readonly blob: string }> {
  const here = await Town.make({ handle: 'carol.example.com' });
  await here.write('the mirror has this');
  await here.paired();
  const blob = await here.writeBlob();
  await here.write('and not this');
  return { here, there: new Town(here), blob };
}

interface PageOptions {
  /** What the other house shows, by method. */
  readonly shows: (wish: { readonly method: string; readonly cid?: string }) => Promise<Uint8Array | undefined>;
  readonly isThere?: boolean;
  /** Gives so many bytes at a time of a blob, without end. */
  readonly endless?: number;
  /** Hears of the token by which it called. */
  readonly hear?: (token: string, call: Record<string, unknown>) => void;
}

/** A page that has found another house, and lends its line to it. */
function page({ shows, isThere = true, endless, hear }: PageOptions): MessagePort {
  const { port1, port2 } = new MessageChannel();
  let call: Record<string, unknown> = {};
  let rest: Uint8Array[] = [];
  const more = (): void => {
    const bytes = rest.shift();
    port1.postMessage(bytes === undefined ? { type: 'end', mimeType: 'image/png' } : { type: 'part', bytes });
  };
  port1.addEventListener('message', (event) => {
    const { data } = event as MessageEvent & { readonly data: { type: string; token?: string; wish?: { method: string } } };
    if (data.type === 'call') {
      call = data;
      port1.postMessage(isThere ? { type: 'sign', fingerprints: [FINGERPRINT] } : { type: 'failed' });
    } else if (data.type === 'token') {
      hear?.(data.token!, call);
      port1.postMessage({ type: 'open' });
    } else if (data.type === 'more') more();
    else if (data.type === 'close') port1.close();
    else if (endless !== undefined && data.wish!.method === 'getBlob') {
      rest = Array.from({ length: 50 }, () => new Uint8Array(endless));
      more();
    } else {
      void shows(data.wish!).then((bytes) => {
        if (bytes === undefined) return port1.postMessage({ type: 'failed' });
        const half = bytes.length >> 1;
        rest = [bytes.subarray(0, half), bytes.subarray(half)];
        return more();
      });
    }
  });
  port1.start();
  return port2;
}

async function run(town: Town, house: MessagePort, signal: AbortSignal = new AbortController().signal): Promise<LongJobMessage> {
  let last!: LongJobMessage;
  const { house: { store, blobs, jobs }, network: { fetch }, settings, kit, passphrase } = town;
  const place = { store, blobs, jobs, fetch, settings, tell: () => undefined, now: Date.now, ownPlace: async () => piecesPlace() };
  const request: LongJob = { job: 'restore', id: crypto.randomUUID(), kit, passphrase, house };
  await runJob(request, place, signal, (message) => {
    last = message;
  });
  return last;
}

/** What a house shows another. */
const showing = (town: Town): PageOptions['shows'] => async ({ method, cid }) => {
  if (method === 'getRepo') return new Uint8Array(await town.house.car(town.did));
  const found = (await town.house.blobs.list(town.did, { limit: 10 })).find((each) => each.toString() === cid);
  const blob = found && await town.house.blobs.bytes(town.did, found);
  return blob && new Uint8Array(await blob.arrayBuffer());
};

test('what the other house has comes back, also what no mirror has; the account signs who calls', async () => {
  const { here, there, blob } = await twoHouses();
  let token = '';
  let call: Record<string, unknown> = {};
  const message = await run(there, page({ shows: showing(here), hear: (...heard) => ([token, call] = heard) }));
  assert.ok(message.type === 'done', JSON.stringify(message));
  const { head } = await here.account();
  assert.equal((message.result as RestoreResult).head, head.cid.toString());
  assert.ok((await there.account()).head.cid.equals(head.cid));
  assert.equal((message.result as RestoreResult).missingBlobs, 0);
  assert.deepEqual((await there.house.blobs.list(there.did, { limit: 9 })).map(String), [blob]);
  assert.equal((await there.house.blobs.info(there.did, parseCid(blob)))?.mimeType, 'image/png');
  const { signingKey } = await here.account();
  assert.deepEqual([call['did'], call['key'], call['url']], [here.did, signingKey, here.mirror.url]);
  const { fingerprints } = await verifyServiceAuth(token, {
    audiences: [String(call['mirrorDid'])], lxm: 'app.holdfast.mirror.call', keyOf: async () => parseDidKey(signingKey), once: () => true,
  });
  assert.deepEqual(fingerprints, [FINGERPRINT]);
});

async function refuses(town: Town, code: string, options: PageOptions): Promise<string> {
  const message = await run(town, page(options));
  assert.equal(message.type === 'failed' && message.error.code, code, JSON.stringify(message));
  assert.ok(message.type === 'failed' && message.error.message.startsWith('Nothing in this house was changed.'), JSON.stringify(message));
  assert.equal(await town.house.store.account(town.did), undefined);
  return message.error.message;
}

test('where no other house is open, nothing is changed', async () => {
  const { here, there } = await twoHouses();
  await refuses(there, 'NoHouseOpen', { shows: showing(here), isThere: false });
});

test('a blob that the other house does not have comes from the mirror', async () => {
  const here = await Town.make({ handle: 'carol.example.com' });
  const blob = await here.writeBlob();
  await here.paired();
  const there = new Town(here);
  const shows: PageOptions['shows'] = (wish) => (wish.method === 'getRepo' ? showing(here)(wish) : Promise.resolve(undefined));
  const message = await run(there, page({ shows }));
  assert.equal(message.type === 'done' && (message.result as RestoreResult).missingBlobs, 0, JSON.stringify(message));
  assert.deepEqual((await there.house.blobs.list(there.did, { limit: 9 })).map(String), [blob]);
});

test('cancelled while the other house is looked for, or sends, it ends at once, and nothing is here', async () => {
  const { here, there } = await twoHouses();
  for (const at of ['call', 'get']) {
    const cancelling = new AbortController();
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', (event) => {
      const { type } = (event as MessageEvent).data as { readonly type: string };
      if (type === at) cancelling.abort();
      else if (type === 'call') port1.postMessage({ type: 'open' });
      if (type === 'close') port1.close();
    });
    port1.start();
    assert.equal((await run(there, port2, cancelling.signal)).type, 'cancelled', at);
    assert.equal(await there.house.store.account(here.did), undefined);
  }
});

test('a kit that a new one has replaced is told of, and not that no other house is open', async () => {
  const { here, there } = await twoHouses();
  const { house: { store }, network: { fetch }, settings, did } = here;
  const [kit, passphrase] = [new Blob([await there.kit.arrayBuffer()]), there.passphrase];
  await newKit({ did, passphrase: generatePassphrase(), old: { kit, passphrase } }, { store, vault: new MemoryKeyVault(), fetch, settings, now: Date.now });
  const port = page({ shows: showing(here), isThere: false });
  const message = await run(there, port);
  port.close();
  assert.equal(message.type === 'failed' && message.error.code, 'KitOfAnother', JSON.stringify(message));
});

test('a house that breaks off, or shows what its account has not signed, changes nothing', async () => {
  const { here, there } = await twoHouses();
  await refuses(there, 'HouseUnreachable', { shows: async () => undefined });
  const car = new Uint8Array(await here.house.car(here.did));
  const words = await refuses(there, 'BlockHash', { shows: async () => car.map((byte, index) => (index === car.length - 20 ? byte ^ 1 : byte)) });
  await refuses(there, 'CarTruncated', { shows: async () => car.subarray(0, car.length - 10) });
  assert.match(words, /What the other browser sent/);
});

test('a house that gives more than a blob may have is asked for nothing else, and the account is back without it', async () => {
  const { here, there } = await twoHouses();
  let asked = 0;
  const port = page({ shows: showing(here), endless: 5_000_000 });
  const say = port.postMessage.bind(port);
  port.postMessage = (message: { readonly type: string }) => {
    if (message.type === 'more') asked++;
    say(message);
  };
  const message = await run(there, port);
  assert.ok(message.type === 'done', JSON.stringify(message));
  assert.equal((message.result as RestoreResult).missingBlobs, 1);
  // Two parts of the repository, and eleven of the blob.
  assert.equal(asked, 13);
});

test('a house that is silent is not waited for for longer than a mirror', { timeout: 20_000 }, async () => {
  const { there } = await twoHouses();
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    await refuses(there, 'HouseUnreachable', {
      async shows() {
        mock.timers.tick(31_000);
        return new Promise(() => undefined);
      },
    });
  } finally {
    mock.timers.reset();
  }
});
