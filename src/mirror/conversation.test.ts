import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { readEvent } from '../../test/support/event-facts.ts';
import { readFirehose } from '../../test/support/firehose-reader.ts';
import { ask, MirrorHouse, note, startTestMirror } from '../../test/support/running-mirror.ts';
import type { RunningTestMirror } from '../../test/support/running-mirror.ts';
import { Talk } from '../../test/support/talk.ts';
import { until } from '../../test/support/until.ts';
import { isReceiptOf } from '../mirroring/index.ts';
import { cidOf, curveOrder, parseDidKey, TidClock, tidTime } from '../protocol/index.ts';
import type { Did, PublicKey, Signer } from '../protocol/index.ts';
import { carBytes, commitMessage, readCar, Repository } from '../repo/index.ts';
import type { CommitMessage, Write } from '../repo/index.ts';
import { seededP256Signer } from '../testing/index.ts';

describe('a conversation with a mirror', () => {
  let mirror: RunningTestMirror;
  let key: PublicKey;
  before(async () => {
    mirror = await startTestMirror();
    const { body } = await ask(mirror, '/xrpc/app.holdfast.mirror.describe');
    key = parseDidKey(String(body['key']) as Did);
  });
  after(() => mirror.close());

  const headOf = async ({ did }: MirrorHouse): Promise<unknown> => (await ask(mirror, `/xrpc/com.atproto.sync.getLatestCommit?did=${did}`)).body;

  for (const over of ['websocket', 'http'] as const) {
    it(`brings commits over ${over}, each with a receipt and a frame; once more is no second time`, async () => {
      const house = await MirrorHouse.paired(mirror, over === 'http' ? 1 : 2);
      const reader = await readFirehose(mirror.url);
      const talk = await Talk.begin(house, over);
      assert.deepEqual(talk.welcome.head?.rev, house.repository.rev);
      const messages = [await house.write([note('one')]), await house.write([note('two')]), await house.write([note('three')])];
      const receipts = [];
      for (const message of messages) receipts.push(await talk.commit(message));
      for (const [index, receipt] of receipts.entries()) {
        assert.deepEqual([receipt.did, receipt.rev, receipt.commit.toString()], [house.did, messages[index]!.rev, messages[index]!.commit.toString()]);
        assert.ok(await isReceiptOf(key, receipt));
      }
      const seen = (await reader.until(3)).map((frame) => readEvent(frame as Uint8Array));
      assert.deepEqual(seen.map(({ seq }) => seq), receipts.map(({ seq }) => seq));
      assert.equal((await talk.commit(messages[1]!)).seq, receipts[1]!.seq);
      talk.close();
      const again = await Talk.begin(house);
      assert.deepEqual([again.welcome.seq, again.welcome.head?.rev], [receipts[2]!.seq, messages[2]!.rev]);
      assert.equal((await again.commit(messages[2]!)).seq, receipts[2]!.seq);
      again.close();
      assert.equal(reader.frames.length, 3);
      reader.close();
    });
  }

  it('asks for the blobs that are missing, and tells the network of a changed identity', async () => {
    const house = await MirrorHouse.paired(mirror, 3);
    const [here, missing] = ['here', 'missing'].map((text) => new TextEncoder().encode(text));
    assert.equal((await house.putBlob(here!)).status, 200);
    const talk = await Talk.begin(house);
    const reader = await readFirehose(mirror.url);
    const blobs = [here!, missing!].map((bytes) => cidOf(bytes, 'raw'));
    assert.deepEqual((await talk.ask('#want', { type: '#offer', blobs })).blobs.map(String), [String(blobs[1])]);
    await talk.ask('#noted', { type: '#identity' });
    const [frame] = await reader.until(1);
    const { type, body } = readEvent(frame as Uint8Array);
    assert.deepEqual([type, body['did'], body['handle']], ['#identity', house.did, house.handle]);
    talk.close();
    reader.close();
  });

  it('has the network told of another key before it gets what is signed by it', async () => {
    const house = await MirrorHouse.paired(mirror, 10);
    const talk = await Talk.begin(house);
    const reader = await readFirehose(mirror.url);
    house.signer = await seededP256Signer(new Uint8Array(32).fill(12));
    house.move();
    const receipts = [await talk.commit(await house.write([note('one')])), await talk.commit(await house.write([note('two')]))];
    const seen = (await reader.until(3)).map((frame) => readEvent(frame as Uint8Array));
    assert.deepEqual(seen.map(({ type }) => type), ['#identity', '#commit', '#commit']);
    assert.deepEqual(receipts.map(({ seq }) => seq), seen.slice(1).map(({ seq }) => seq));
    talk.close();
    reader.close();
  });

  it('is not had with who cannot prove who they are', async () => {
    const house = await MirrorHouse.paired(mirror, 4);
    const stranger = await MirrorHouse.make(mirror, 5);
    stranger.register();
    const used = await house.token('converse');
    const first = await Talk.open(mirror);
    await first.ask('#welcome', { type: '#hello', did: house.did, token: used, version: 'test' });
    first.close();
    const wrong: readonly (readonly [did: Did, token: string, code: string])[] = [
      [house.did, used, 'InvalidToken'], [house.did, await house.token('putBlob'), 'InvalidToken'],
      [house.did, await house.token('converse', Date.now() - 100_000), 'InvalidToken'], [house.did, 'nothing', 'InvalidToken'],
      [house.did, await stranger.token('converse'), 'InvalidToken'], [stranger.did, await stranger.token('converse'), 'AccountMissing'],
    ];
    for (const [did, token, code] of wrong) {
      const talk = await Talk.open(mirror);
      assert.equal((await talk.ask('#reject', { type: '#hello', did, token, version: 'test' })).code, code);
      assert.equal(await talk.hear(), undefined);
    }
    // Nor with who does not say it.
    const silent = await Talk.open(mirror);
    await silent.ask('#reject', { type: '#offer', blobs: [] });
    assert.equal(await silent.hear(), undefined);
  });

  describe('refuses a commit, and nothing has changed', () => {
    let house: MirrorHouse;
    let talk: Talk;
    let other: Signer;
    before(async () => {
      house = await MirrorHouse.paired(mirror, 6, Array.from({ length: 30 }, (_, index) => note(`r${index}`)));
      talk = await Talk.begin(house);
      other = await seededP256Signer(new Uint8Array(32).fill(99));
    });
    after(() => talk.close());

    /** A commit after the head, made with another hand than the house's; the house goes on from its own. */
    const aside = async (writes: readonly Write[], { signer = house.signer, clock = new TidClock({ clockId: 9 }) } = {}): Promise<CommitMessage> => {
      const result = await house.repository.write(writes, { signer, clock });
      return commitMessage(result, new Date());
    };
    const blocksOf = (message: CommitMessage, change: (blocks: { cid: CommitMessage['commit']; bytes: Uint8Array }[]) => unknown): CommitMessage => {
      const { root, blocks } = readCar(message.blocks);
      const changed = [...blocks];
      change(changed);
      return { ...message, blocks: carBytes(root, changed) };
    };
    const high: Pick<Signer, 'sign'> = {
      async sign(bytes) {
        const signature = await house.signer.sign(bytes);
        const hex = (part: Uint8Array): bigint => BigInt(`0x${Buffer.from(part).toString('hex')}`);
        const s = hex(curveOrder('p256')) - hex(signature.subarray(32));
        return new Uint8Array([...signature.subarray(0, 32), ...Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
      },
    };

    const rows: readonly (readonly [what: string, make: () => Promise<CommitMessage>, code: string])[] = [
      ['signed by another key', () => aside([note('bad')], { signer: { sign: (bytes) => other.sign(bytes), publicKey: house.signer.publicKey } }), 'InvalidCommit'],
      ['signed with a high s', () => aside([note('bad')], { signer: { ...high, publicKey: house.signer.publicKey } }), 'InvalidCommit'],
      ['of another account', async () => {
        const stranger = await MirrorHouse.make(mirror, 7);
        const { rev, data } = house.repository.commit;
        return { ...await stranger.write([note('bad')]), since: rev, prevData: data };
      }, 'InvalidCommit'],
      ['of the same rev', async () => ({ ...await aside([note('bad')]), rev: house.repository.rev }), 'StaleRev'],
      ['that does not follow the head', async () => {
        const between = await aside([note('between')]);
        return { ...await aside([note('bad')]), since: between.rev };
      }, 'StaleHead'],
      ['with another tree before it', async () => ({ ...await aside([note('bad')]), prevData: cidOf(new Uint8Array(1)) }), 'StaleHead'],
      ['too far ahead', () => aside([note('bad')], { clock: new TidClock({ clockId: 9, now: () => Date.now() + 180_000 }) }), 'FutureRev'],
      ['without a block', async () => blocksOf(await aside([note('bad')]), (blocks) => blocks.pop()), 'InvalidCommit'],
      ['with a block that does not hash', async () => blocksOf(await aside([note('bad')]), (blocks) => {
        const last = blocks.pop()!;
        blocks.push({ cid: last.cid, bytes: Uint8Array.from(last.bytes, (byte, index) => (index === last.bytes.length - 1 ? byte ^ 1 : byte)) });
      }), 'InvalidCommit'],
      ['with an operation that does not match', async () => {
        const message = await aside([note('bad')]);
        return { ...message, ops: message.ops.map((operation) => ({ ...operation, path: `${operation.path}x` })) };
      }, 'InvalidCommit'],
      ['with an operation left out', async () => {
        const message = await aside([note('bad1'), note('bad2')]);
        return { ...message, ops: message.ops.slice(1) };
      }, 'InvalidCommit'],
      ['that is said to be too big', async () => ({ ...await aside([note('bad')]), tooBig: true }), 'InvalidCommit'],
      ['that is larger than commits are', async () => {
        const message = await aside([note('bad')]);
        return { ...message, blocks: new Uint8Array(2_000_001) };
      }, 'CommitTooLarge'],
    ];
    for (const [what, make, code] of rows) {
      it(`${what}: ${code}`, async () => {
        const [head, frames] = [await headOf(house), await mirror.frames()];
        const message = await make();
        const reject = await talk.refused(message);
        assert.deepEqual([reject.code, reject.rev, reject.head?.rev], [code, message.rev, house.repository.rev]);
        assert.match(reject.message, /^[A-Z].*\.$/);
        assert.deepEqual([await headOf(house), (await mirror.frames()).length], [head, frames.length]);
      });
    }

    it('and one that was overtaken: StaleRev', async () => {
      const fork = await aside([note('fork')]);
      // Of one millisecond the clock's own number would decide which is the later one.
      while (Date.now() * 1_000 <= tidTime(fork.rev)) await setImmediate();
      const next = await house.write([note('next')]);
      await talk.commit(next);
      assert.equal((await talk.refused(fork)).code, 'StaleRev');
      // The conversation goes on.
      await talk.commit(await house.write([note('after')]));
    });
  });

  it('of two houses at once brings every commit once', async () => {
    const houses = await Promise.all([8, 9].map((seed) => MirrorHouse.paired(mirror, seed)));
    const written = await Promise.all(houses.map(async (house) => {
      const messages = [await house.write([note('a')]), await house.write([note('b')])];
      const talks = await Promise.all([Talk.begin(house), Talk.begin(house)]);
      const seqs = await Promise.all(talks.map(async (talk) => [(await talk.commit(messages[0]!)).seq, (await talk.commit(messages[1]!)).seq]));
      talks.forEach((talk) => talk.close());
      assert.deepEqual(seqs[0], seqs[1]);
      return seqs[0]!;
    }));
    assert.equal(new Set(written.flat()).size, 4);
    for (const house of houses) assert.equal((await Repository.open(house.blocks, house.repository.commit.cid)).rev, (await headOf(house) as { rev: string }).rev);
  });
});

it('an account that sends all it can, in commits or in what nobody can read, does not hold up another', async () => {
  const FLOOD = 400;
  const mirror = await startTestMirror();
  const [loud, quiet] = [await MirrorHouse.paired(mirror, 21, Array.from({ length: 200 }, (_, index) => note(`r${index}`))), await MirrorHouse.paired(mirror, 22)];
  const [flood, talk] = [await Talk.begin(loud), await Talk.begin(quiet)];
  const messages: CommitMessage[] = [];
  for (let index = 0; index < FLOOD; index++) messages.push(await loud.write([note(`f${index}`)]));
  // Every second one is damaged, which costs the mirror as much to find out.
  const spoilt = messages.map((message) => ({ ...message, blocks: message.blocks.map((byte, index) => (index === message.blocks.length - 1 ? byte ^ 1 : byte)) }));
  let answered = 0;
  const all = (async () => {
    for (; answered < 2 * FLOOD; answered++) if (await flood.hear() === undefined) throw new Error(`the conversation ended after ${answered} answers`);
  })();
  for (const [index, message] of messages.entries()) {
    void flood.say({ type: '#commit', message: spoilt[index]! });
    void flood.say({ type: '#commit', message });
  }
  const at: number[] = [];
  for (let index = 0; index < 5; index++) {
    await talk.commit(await quiet.write([note(`q${index}`)]));
    at.push(answered);
  }
  await all;
  // Five commits of the one went by while the other still waited for most of its own.
  assert.ok(at.at(-1)! < FLOOD, `the last of five was taken after ${at.at(-1)} of ${2 * FLOOD} answers to the other: ${at.join(', ')}`);
  assert.equal((await ask(mirror, `/xrpc/com.atproto.sync.getLatestCommit?did=${loud.did}`)).body['rev'], loud.repository.rev);
  flood.close();
  talk.close();
  await mirror.close();
});

it('a mirror asks relays to crawl, until they do, and again for an account', async () => {
  const asked: unknown[] = [];
  let refuse = 1;
  const relay = createServer(async (request, response) => {
    asked.push([request.url, JSON.parse(Buffer.concat(await request.toArray()).toString())]);
    response.writeHead(refuse-- > 0 ? 503 : 200).end();
  }).listen(0, '127.0.0.1');
  const port = (): number => (relay.address() as AddressInfo).port;
  await new Promise((resolve) => {
    relay.once('listening', resolve);
  });
  const mirror = await startTestMirror({ settings: { relays: [`http://127.0.0.1:${port()}`] } });
  try {
    const untilAsked = (times: number): Promise<void> => until('the relay is asked', () => asked.length >= times);
    await untilAsked(2);
    const house = await MirrorHouse.paired(mirror);
    await untilAsked(3);
    const talk = await Talk.begin(house);
    await talk.commit(await house.write([note('one')]));
    talk.close();
    assert.deepEqual(asked, Array.from({ length: 3 }, () => ['/xrpc/com.atproto.sync.requestCrawl', { hostname: `localhost:${mirror.port}` }]));
  } finally {
    await mirror.close();
    relay.closeAllConnections();
    relay.close();
  }
});
