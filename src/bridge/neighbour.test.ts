import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Pair } from '../../test/support/mirrored-pair.ts';
import { callsOf } from '../../test/support/node-bridge.ts';
import { ALICE, NOTE } from '../../test/support/pds-house.ts';
import { ChannelError, HouseConversation } from '../mirroring/index.ts';
import { loopbackChannels } from './loopback/index.ts';
import { Neighbour } from './neighbour.ts';
import { encodeVisit } from './visit-codec.ts';
import { receiveVisit } from './visit.ts';
import { xrpcDesk } from './xrpc-desk.ts';
import type { Channel } from '../mirroring/index.ts';
import type { HouseCalls } from './house-calls.ts';
import type { HouseLines } from './house-line.ts';

interface Other {
  readonly isThere?: boolean;
  /** It is rung, and says nothing. */
  readonly isSilent?: boolean;
  /** What the second house gives in the place of what it has, or undefined. */
  readonly gives?: (method: string) => Promise<Response> | undefined;
  /** In the place of what a house does. */
  readonly receive?: (channel: Channel) => Promise<void>;
  readonly limits?: ConstructorParameters<typeof Neighbour>[4];
}

/**
 * Two houses of an owner, whose mirror gives out no bytes; `calls` is how often the second was called by the first, `asked` what for,
 * `posted` what the first was asked by its page.
 */
async function twoHouses({ isThere = true, isSilent = false, gives = () => undefined, receive, limits }: Other = {}) {
  const one = await Pair.met(0);
  await one.put('a', 'at first');
  await one.talk();
  const two = await one.another();
  assert.equal(await two.talk(), 'idle');
  const state = { calls: 0, isThere, cut: (): void => undefined };
  const asked: string[] = [];
  const posted: string[] = [];
  one.mirror.instead = (method) => (/getRepo|getBlob/.test(method) ? new Response('', { status: 503 }) : undefined);
  const others = callsOf(two.house);
  const shown: HouseCalls = {
    ...others,
    get: (nsid, params) => {
      const method = nsid.split('.').at(-1)!;
      asked.push(method);
      return (gives(method) as ReturnType<typeof others.get<typeof nsid>> | undefined) ?? others.get(nsid, params);
    },
  };
  const lines = {
    async call(_family: unknown, _sign: unknown, signal: AbortSignal) {
      state.calls++;
      if (isSilent) return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new ChannelError('Lost', 'Nobody answers.'))));
      if (!state.isThere) throw new ChannelError('Lost', 'Nobody is there.');
      const { house, mirror, cut } = loopbackChannels();
      state.cut = cut;
      void (receive?.(mirror) ?? receiveVisit(shown, ALICE.did, mirror));
      return house;
    },
  } as unknown as HouseLines;
  const own = callsOf(one.house);
  const calls: HouseCalls = {
    ...own,
    post: (nsid, input) => {
      posted.push(nsid.split('.').at(-1)!);
      return own.post(nsid, input);
    },
    upload: (...given) => {
      posted.push('uploadBlob');
      return own.upload(...given);
    },
  };
  const neighbour = new Neighbour(calls, { did: ALICE.did, url: one.mirror.url }, lines, new AbortController().signal, limits);
  const desk = xrpcDesk(calls, ALICE.did);
  const talk = (): Promise<string> => new HouseConversation({
    ...desk,
    async greet(welcome, ...times) {
      await neighbour.bring(welcome.head);
      return desk.greet(welcome, ...times);
    },
  }).run(one.mirror.connect(), { untilIdle: true }).catch((error: unknown) => String(error));
  return { one, two, state, asked, posted, talk, neighbour };
}

/** A note with a picture, of which a house has the bytes. */
async function putPicture(pair: Pair): Promise<string> {
  const uploaded = await pair.house.fetch('com.atproto.repo.uploadBlob', { method: 'POST', body: new Uint8Array([1, 2, 3]), headers: { 'content-type': 'image/png' } });
  const { blob } = await uploaded.json() as { blob: { ref: { $link: string } } };
  await pair.house.create({ $type: NOTE, text: 'with a picture', picture: blob });
  return blob.ref.$link;
}

const blobsOf = async ({ house }: Pair): Promise<string[]> => (await house.blobs.list(ALICE.did, { limit: 9 })).map(String);

test('what the other house wrote comes from it, with its pictures, when the mirror has ordered it', async () => {
  const { one, two, state, talk } = await twoHouses();
  await two.put('b', 'from two');
  const picture = await putPicture(two);
  await two.talk();
  assert.equal(await talk(), 'idle');
  await one.assertMirrored();
  assert.equal(await one.house.head(), await two.house.head());
  assert.deepEqual([await blobsOf(one), state.calls], [[picture], 1]);
  // The line stays, and serves again.
  await two.put('c', 'more from two');
  await two.talk();
  assert.equal(await talk(), 'idle');
  assert.equal(await one.house.head(), await two.house.head());
  assert.equal(state.calls, 1);
});

test('what was written here meanwhile is done on top of it', async () => {
  const { one, two, talk } = await twoHouses();
  await two.put('b', 'from two');
  await two.talk();
  await one.put('c', 'from one');
  assert.equal(await talk(), 'idle');
  await one.assertMirrored();
  assert.deepEqual(await one.notes(), { a: 'at first', b: 'from two', c: 'from one' });
});

test('what the mirror has not ordered is not taken, and raises no alarm', async () => {
  const { one, two, asked, talk } = await twoHouses();
  await two.put('b', 'ordered');
  await two.talk();
  await two.put('c', 'not ordered yet');
  const before = await one.house.head();
  await talk();
  assert.deepEqual(asked, ['getRepo']);
  assert.equal(await one.house.head(), before);
  assert.equal((await one.known()).alarm, undefined);
  // The mirror gives it out again, and it comes from there.
  one.mirror.instead = () => undefined;
  assert.equal(await talk(), 'idle');
  assert.deepEqual(await one.notes(), { a: 'at first', b: 'ordered' });
});

test('where no other house is open the mirror is asked, and none is called for a while', async () => {
  const { one, two, state, talk } = await twoHouses({ isThere: false });
  one.mirror.instead = () => undefined;
  for (const key of ['b', 'c']) {
    await two.put(key, 'from two');
    await two.talk();
    assert.equal(await talk(), 'idle');
  }
  assert.equal(await one.house.head(), await two.house.head());
  assert.equal(state.calls, 1);
});

test('a line that was lost is opened again the next time', async () => {
  const { one, two, state, talk } = await twoHouses();
  await two.put('b', 'from two');
  await two.talk();
  await talk();
  state.cut();
  one.mirror.instead = () => undefined;
  for (const key of ['c', 'd']) {
    await two.put(key, 'from two');
    await two.talk();
    assert.equal(await talk(), 'idle');
  }
  assert.equal(await one.house.head(), await two.house.head());
  assert.equal(state.calls, 2);
});

test('nothing is asked for where nothing is new, and something as soon as it is', async () => {
  const { one, two, asked, state, talk } = await twoHouses();
  await one.put('b', 'from one');
  assert.equal(await talk(), 'idle');
  assert.equal(await talk(), 'idle');
  assert.deepEqual([state.calls, asked], [0, []]);
  one.mirror.instead = () => undefined;
  await two.put('c', 'from two');
  assert.equal(await two.talk(), 'idle');
  assert.equal(await talk(), 'idle');
  assert.deepEqual([state.calls, asked], [1, ['getRepo']]);
});

test('a house that is rung and says nothing is not waited for for long: the mirror is asked', async () => {
  const { one, two, state, talk } = await twoHouses({ isSilent: true, limits: { answerMs: 20 } });
  one.mirror.instead = () => undefined;
  await two.put('b', 'from two');
  await two.talk();
  assert.equal(await talk(), 'idle');
  assert.equal(await one.house.head(), await two.house.head());
  assert.equal(state.calls, 1);
});

test('a state older than the one that the mirror has confirmed is asked of nobody, nor is any while all is sent anew', async () => {
  const { one, two, asked, state, neighbour, talk } = await twoHouses();
  const { head: older } = (await one.house.store.account(ALICE.did))!;
  await one.put('b', 'from one');
  assert.equal(await talk(), 'idle');
  await neighbour.bring(older);
  one.mirror.instead = () => undefined;
  await two.put('c', 'from two');
  assert.equal(await two.talk(), 'idle');
  const { head: newer } = (await two.house.store.account(ALICE.did))!;
  const known = await one.known();
  await one.house.store.update(ALICE.did, { mirror: { ...known, resend: true } });
  await neighbour.bring(newer);
  assert.deepEqual([state.calls, asked], [0, []]);
  await one.house.store.update(ALICE.did, { mirror: known });
  await neighbour.bring(newer);
  assert.deepEqual([state.calls, asked], [1, ['getRepo']]);
  assert.equal(await one.house.head(), await two.house.head());
});

test('other bytes than those that were asked for do not come in: the mirror is asked for the picture', async () => {
  const other = (): Promise<Response> => Promise.resolve(new Response(Uint8Array.of(9, 9, 9), { headers: { 'content-type': 'image/png' } }));
  const { one, two, asked, posted, talk } = await twoHouses({ gives: (method) => (method === 'getBlob' ? other() : undefined) });
  await two.put('b', 'from two');
  await putPicture(two);
  await two.talk();
  assert.equal(await talk(), 'idle');
  assert.equal(await one.house.head(), await two.house.head());
  assert.deepEqual(asked, ['getRepo', 'getBlob']);
  assert.ok(posted.includes('fetchBlobs') && !posted.includes('uploadBlob'), posted.join());
});

test('of pictures that do not come the mirror is asked for so many at a time', async () => {
  const { one, two, posted, talk } = await twoHouses({ gives: (method) => (method === 'getBlob' ? Promise.reject(new Error('There is none.')) : undefined) });
  const pictures = await Promise.all(Array.from({ length: 501 }, async (_, index) => {
    const uploaded = await two.house.fetch('com.atproto.repo.uploadBlob', { method: 'POST', body: Uint8Array.of(index, index >> 8), headers: { 'content-type': 'image/png' } });
    return (await uploaded.json() as { readonly blob: object }).blob;
  }));
  await two.house.create({ $type: NOTE, text: 'with pictures', pictures });
  await two.talk();
  assert.equal(await talk(), 'idle');
  assert.equal(await one.house.head(), await two.house.head());
  assert.equal(posted.filter((method) => method === 'fetchBlobs').length, 2);
});

/** A house that goes on without end, or says nothing. */
const USELESS: Readonly<Record<string, Other>> = {
  'takes the line and gives nothing': { gives: () => new Promise<Response>(() => undefined), limits: { answerMs: 20 } },
  'gives one part after the other, slowly and without end': {
    async receive(channel) {
      for await (const _ of channel.frames) for (;;) await channel.send(encodeVisit({ type: '#part', bytes: new Uint8Array(1) })).then(() => new Promise(setImmediate));
    },
    limits: { wholeMs: 50 },
  },
  'gives more than is taken': { limits: { bytes: 100 } },
  'gives empty parts': {
    async receive(channel) {
      for await (const _ of channel.frames) for (;;) await channel.send(encodeVisit({ type: '#part', bytes: new Uint8Array() }));
    },
  },
};

for (const [what, other] of Object.entries(USELESS)) {
  test(`where the other house ${what} the mirror is asked, and it is not asked again at once`, async () => {
    const receive = other.receive && ((channel: Channel): Promise<void> => other.receive!(channel).catch(() => undefined));
    const { one, two, state, talk } = await twoHouses({ ...other, ...(receive !== undefined && { receive }) });
    one.mirror.instead = () => undefined;
    for (const key of ['b', 'c']) {
      await two.put(key, 'from two');
      await two.talk();
      assert.equal(await talk(), 'idle');
    }
    assert.equal(await one.house.head(), await two.house.head());
    assert.equal(state.calls, 1);
  });
}

test('a line that is open is not waited for when the network changes', async () => {
  let isAsked = (): void => undefined;
  const hung = new Promise<void>((resolve) => {
    isAsked = resolve;
  });
  const { one, two, talk, neighbour } = await twoHouses({
    gives() {
      isAsked();
      return new Promise<Response>(() => undefined);
    },
    limits: { answerMs: 2 ** 30, wholeMs: 2 ** 30 },
  });
  one.mirror.instead = () => undefined;
  await two.put('b', 'from two');
  await two.talk();
  const talking = talk();
  await hung;
  neighbour.cut();
  assert.equal(await talking, 'idle');
  assert.equal(await one.house.head(), await two.house.head());
});

test('what was of no use is asked for again after a minute, then after two, and after a minute where it was of use', async () => {
  mock.timers.enable({ apis: ['Date'], now: Date.now() });
  try {
    const { one, two, asked, talk } = await twoHouses();
    one.mirror.instead = () => undefined;
    let count = 0;
    /** What is asked for where the other house is ahead of the mirror, or is not. */
    const next = async (minutes: number, isAhead: boolean): Promise<number> => {
      mock.timers.tick(minutes * 60_000);
      await two.put('b', `${count++}`);
      assert.equal(await two.talk(), 'idle');
      if (isAhead) await two.put('c', `${count++}`);
      assert.equal(await talk(), 'idle');
      if (isAhead) assert.equal(await two.talk(), 'idle');
      return asked.splice(0).length;
    };
    assert.deepEqual([
      await next(0, true), await next(0.9, true), await next(0.2, true), await next(1.9, true), await next(0.2, false), await next(0, true), await next(0.9, true), await next(0.2, true),
    ], [1, 0, 1, 0, 1, 1, 0, 1]);
  } finally {
    mock.timers.reset();
  }
});
