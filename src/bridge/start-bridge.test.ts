import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { isReceiptOf, MirrorConversation, signReceipt } from '../mirroring/index.ts';
import { cidOf, datetimeFromMs, encodeCbor, fromJson, parseDid, parseTid } from '../protocol/index.ts';
import { seededP256Signer } from '../testing/index.ts';
import { FaultProxy } from '../../test/support/fault-proxy.ts';
import { SocketServer } from '../../test/support/websocket-pair.ts';
import { startBridge } from './index.ts';
import type { HouseCalls } from './house-calls.ts';
import type { BridgeLink, BridgeLinks } from './link.ts';
import type { HouseNews } from './start-bridge.ts';
import type { Fault } from '../../test/support/faults.ts';
import type { MirrorDesk, Receipt } from '../mirroring/index.ts';
import type { Tid } from '../protocol/index.ts';

const DID = parseDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa');
const CID = cidOf(Uint8Array.of(1));
const TIME = datetimeFromMs(Date.UTC(2026, 10, 25));
const revOf = (index: number) => parseTid(`3jzfcijpj2z${'2abcdefghijklmnopqrstuvwxyz'[index]}2`.slice(0, 13));

const signer = await seededP256Signer(new Uint8Array(32).fill(3));

/** A mirror that takes every commit, over real connections, and what it took. */
class TestMirror {
  readonly server = new SocketServer();
  readonly taken: string[] = [];
  seq = 0;
  /** Conversations that go on. */
  talks = 0;
  /** Another house goes on while the next commit is on its way, and that is not answered before `answer`. */
  movesAtNext = false;
  answer = (): void => undefined;
  #tell: (rev: Tid) => void = () => undefined;

  async listen(): Promise<void> {
    await this.server.listen();
    this.#serve();
  }

  #serve(): void {
    void this.server.accepted().then((channel) => {
      this.#serve();
      this.talks++;
      new MirrorConversation(channel, this.#desk).run().catch(() => undefined).finally(() => this.talks--);
    });
  }

  readonly #desk: MirrorDesk = {
    hello: () => Promise.resolve({ type: '#welcome', time: TIME, limits: { blobBytes: 1, repoBytes: 1, aheadMs: 1 } }),
    commit: async (did, { rev, commit }) => {
      if (this.movesAtNext) await this.#move();
      this.taken.push(rev);
      return signReceipt(signer, { did, commit, rev, seq: ++this.seq }, Date.UTC(2026, 10, 25));
    },
    missing: () => Promise.resolve([]),
    follow: (_, tell) => {
      this.#tell = tell;
      return () => undefined;
    },
    identity: () => Promise.resolve(),
  };

  #move(): Promise<void> {
    this.movesAtNext = false;
    this.#tell(revOf(9));
    return new Promise((resolve) => {
      this.answer = resolve;
    });
  }
}

/** A house of one account, as a page asks it: what it signs waits in its outbox until a receipt comes. */
class TestHouse {
  readonly outbox: { readonly rev: string; readonly row: Uint8Array }[] = [];
  readonly receipts: Receipt[] = [];
  readonly listeners = new Set<(event: HouseNews) => void>();
  state = 'active';
  greetings = 0;
  /** How often was asked which mirror there is: also whoever opens a direct connection does. */
  describes = 0;
  readonly #url: string;
  #changed = Promise.withResolvers<void>();

  constructor(url: string) {
    this.#url = url;
  }

  readonly events = {
    subscribe: (listener: (event: HouseNews) => void) => {
      this.listeners.add(listener);
      return () => this.listeners.delete(listener);
    },
  };

  readonly calls = {
    get: (nsid: string, params: { readonly after?: string }) => Promise.resolve(this.#get(nsid, params)),
    post: async (nsid: string, input: { readonly receipt?: unknown }) => {
      const answer = this.#post(nsid, input);
      this.changed();
      return answer;
    },
  } as unknown as HouseCalls;

  write(index: number): void {
    const rev = revOf(index);
    const message = {
      repo: DID, rev, since: null, commit: CID, prevData: CID, ops: [], blocks: Uint8Array.of(index), blobs: [], rebase: false, tooBig: false, time: TIME,
    };
    this.outbox.push({ rev, row: encodeCbor({ rev, blobs: [], message }) });
    this.tell({ type: 'commit', did: DID });
  }

  tell(event: HouseNews): void {
    for (const listener of this.listeners) listener(event);
  }

  changed(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await this.#changed.promise;
  }

  #get(nsid: string, { after: last }: { readonly after?: string }): unknown {
    if (nsid === 'app.holdfast.account.list') return { accounts: [{ did: DID }] };
    if (nsid === 'app.holdfast.bridge.describe') {
      this.describes++;
      return { mirror: { state: this.state, url: this.#url } };
    }
    assert.equal(nsid, 'app.holdfast.bridge.listOutbox');
    const rows = this.outbox.filter(({ rev }) => last === undefined || rev > last).map(({ row }) => row);
    // The head of an array of fewer than 24.
    return new Response(Buffer.concat([Uint8Array.of(0x80 + rows.length), ...rows]));
  }

  #post(nsid: string, { receipt }: { readonly receipt?: unknown }): unknown {
    if (nsid === 'app.holdfast.bridge.hello') return { token: 'a.b.c', version: '1', url: this.#url, did: 'did:web:mirror' };
    if (nsid === 'app.holdfast.bridge.greet') {
      this.greetings++;
      return { next: 'send' };
    }
    assert.equal(nsid, 'app.holdfast.bridge.settle');
    const { commit, ...rest } = fromJson(receipt) as unknown as Receipt & { readonly commit: unknown };
    assert.equal(commit, CID.toString());
    this.receipts.push({ ...rest, commit: CID });
    this.outbox.splice(0, this.outbox.findIndex(({ rev }) => rev === rest.rev) + 1);
    return {};
  }
}

const mirror = new TestMirror();
before(() => mirror.listen());
after(() => mirror.server.close());

/** Whatever becomes of a test: a page that leads keeps those of the next waiting. */
const closing: (() => unknown)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

/** A house whose next connection meets these faults on the way back. */
async function houseBehind(toHouse: readonly Fault[]) {
  const proxy = new FaultProxy(mirror.server.port);
  closing.push(() => proxy.close());
  proxy.plan({ pieces: 'frames', toHouse });
  return { proxy, house: new TestHouse(`http://127.0.0.1:${await proxy.listen()}`) };
}

/** A page of the house, and what it hears of the conversation. */
function openPage(house: TestHouse, network = new EventTarget()) {
  const links: (BridgeLink | undefined)[] = [];
  const stop = startBridge({
    house: house.calls, events: house.events, network,
    onChange(all: BridgeLinks) {
      links.push(all.get(DID));
      house.changed();
    },
  });
  closing.push(stop);
  return { links, stop, network };
}

test('what is written goes to the mirror at once, and receipts come back', async () => {
  const house = new TestHouse(`http://127.0.0.1:${mirror.server.port}`);
  mirror.taken.length = 0;
  house.write(0);
  const page = openPage(house);
  await house.until(() => house.receipts.length === 1 && page.links.at(-1)?.state === 'linked');
  house.write(1);
  house.write(2);
  await house.until(() => house.receipts.length === 3);
  assert.deepEqual(mirror.taken, [revOf(0), revOf(1), revOf(2)]);
  assert.deepEqual(house.outbox, []);
  for (const receipt of house.receipts) assert.ok(await isReceiptOf(signer.publicKey, receipt));
});

test('another page takes over when the one that leads goes, and both hear how it stands', async () => {
  const house = new TestHouse(`http://127.0.0.1:${mirror.server.port}`);
  mirror.taken.length = 0;
  const first = openPage(house);
  await house.until(() => first.links.at(-1)?.state === 'linked');
  const second = openPage(house);
  await house.until(() => second.links.at(-1)?.state === 'linked');
  assert.equal(house.greetings, 1);
  first.stop();
  await house.until(() => house.greetings === 2);
  house.write(0);
  await house.until(() => house.receipts.length === 1);
  assert.deepEqual(mirror.taken, [revOf(0)]);
});

test('a pause is kept, and what was written meanwhile goes when it ends', async () => {
  const house = new TestHouse(`http://127.0.0.1:${mirror.server.port}`);
  mirror.taken.length = 0;
  const page = openPage(house);
  await house.until(() => page.links.at(-1)?.state === 'linked');
  house.state = 'paused';
  house.tell({ type: 'mirrors', did: DID });
  await house.until(() => page.links.at(-1) === undefined);
  // Nothing can go there any more.
  while (mirror.talks > 0) await new Promise(setImmediate);
  house.write(0);
  assert.deepEqual([mirror.taken, mirror.talks], [[], 0]);
  house.state = 'active';
  house.tell({ type: 'mirrors', did: DID });
  await house.until(() => house.receipts.length === 1);
});

test('when the acknowledgement is lost after the commit, the conversation begins again', async () => {
  // The answers are: the welcome, and then the receipt.
  const { proxy, house } = await houseBehind([{ kind: 'cut', at: 1 }]);
  mirror.taken.length = 0;
  house.write(0);
  const page = openPage(house);
  await house.until(() => house.receipts.length === 1);
  assert.equal(proxy.fired.of('cut'), 1);
  assert.deepEqual([mirror.taken, house.greetings], [[revOf(0), revOf(0)], 2]);
  assert.ok(page.links.some((link) => link?.state === 'away'), 'it was said that the mirror was away');
});

test('when the network comes back, a connection that may be dead is not waited for', async () => {
  const { proxy, house } = await houseBehind([{ kind: 'swallow', at: 1 }]);
  const page = openPage(house);
  await house.until(() => page.links.at(-1)?.state === 'linked');
  house.write(0);
  while (proxy.fired.of('swallow') === 0) {
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
  page.network.dispatchEvent(new Event('online'));
  await house.until(() => house.receipts.length === 1);
  assert.equal(proxy.connections, 2);
});

test('a line over which the mirror wants to begin anew is not taken for one that carries nothing', async () => {
  const house = new TestHouse(`http://127.0.0.1:${mirror.server.port}`);
  mirror.taken.length = 0;
  mirror.movesAtNext = true;
  house.write(0);
  openPage(house);
  await house.until(() => house.receipts.length === 1);
  mirror.answer();
  // No direct connection was tried in between.
  assert.deepEqual([house.greetings, house.describes], [2, 1]);
});
