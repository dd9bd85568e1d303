import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { json, MirrorHouse, note, startTestMirror } from '../../test/support/running-mirror.ts';
import type { RunningTestMirror } from '../../test/support/running-mirror.ts';
import { Talk } from '../../test/support/talk.ts';
import { parseDid } from '../protocol/index.ts';
import { Switchboard } from './switchboard.ts';
import type { Call } from '../mirroring/index.ts';

const ANNA = parseDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa');
const BERT = parseDid('did:plc:bbbbbbbbbbbbbbbbbbbbbbbb');
const OFFER = { sdp: 'an offer', token: 'a.b.c' };

describe('a switchboard', () => {
  it('rings every house of the account and no other, and passes the first answer back', async () => {
    const board = new Switchboard();
    const rung: string[] = [];
    const calls: Call[] = [];
    for (const name of ['one', 'two']) {
      board.join(ANNA, async (call) => {
        rung.push(name);
        calls.push(call);
      });
    }
    board.join(BERT, async () => void rung.push('bert'));
    const calling = board.call(ANNA, OFFER);
    assert.deepEqual(rung, ['one', 'two']);
    const { id } = calls[0]!;
    // Of another account, or of no call.
    board.answer(BERT, { id, sdp: 'a lie', token: 'x' });
    board.answer(ANNA, { id: 'none', sdp: 'a lie', token: 'x' });
    board.answer(ANNA, { id, sdp: 'first', token: '1' });
    board.answer(ANNA, { id, sdp: 'second', token: '2' });
    assert.deepEqual(await calling, { sdp: 'first', token: '1' });
  });

  it('says at once that nobody is there, and after a time that nobody answers', async () => {
    const board = new Switchboard({ ringMs: 20 });
    assert.equal(await board.call(ANNA, OFFER), undefined);
    const leave = board.join(ANNA, async () => undefined);
    assert.equal(await board.call(ANNA, OFFER), undefined);
    leave();
    assert.equal(await board.call(ANNA, OFFER), undefined);
  });

  it('takes so many calls of an account at a time, and ends all when it closes', async () => {
    const board = new Switchboard();
    let rings = 0;
    board.join(ANNA, async () => void rings++);
    const calling = Array.from({ length: 12 }, () => board.call(ANNA, OFFER));
    assert.equal(rings, 8);
    board.close();
    assert.deepEqual(await Promise.all(calling), Array.from({ length: 12 }, () => undefined));
  });
});

describe('a switchboard whose houses or callers are slow', () => {
  it('rings a house no more that takes nothing, and again when it has taken it', async () => {
    const board = new Switchboard();
    const taken: (() => void)[] = [];
    board.join(ANNA, () => new Promise((resolve) => taken.push(resolve)));
    const caller = new AbortController();
    for (let round = 0; round < 5; round++) {
      const calling = Array.from({ length: 8 }, () => board.call(ANNA, OFFER, caller.signal));
      board.close();
      await Promise.all(calling);
    }
    assert.equal(taken.length, 8);
    taken.forEach((take) => take());
    await Promise.resolve();
    const calling = board.call(ANNA, OFFER, caller.signal);
    assert.equal(taken.length, 9);
    board.close();
    await calling;
  });

  it('ends a call whose caller has gone, and has room for another', async () => {
    const board = new Switchboard();
    let rings = 0;
    board.join(ANNA, async () => void rings++);
    const caller = new AbortController();
    const calling = Array.from({ length: 8 }, () => board.call(ANNA, OFFER, caller.signal));
    assert.equal(await board.call(ANNA, OFFER), undefined);
    caller.abort();
    await new Promise(setImmediate);
    const another = board.call(ANNA, OFFER);
    assert.equal(rings, 9);
    assert.equal(await board.call(ANNA, OFFER, caller.signal), undefined);
    board.close();
    assert.deepEqual(await Promise.all([...calling, another]), Array.from({ length: 9 }, () => undefined));
  });
});

describe('houses that call each other through a mirror', () => {
  let mirror: RunningTestMirror;
  before(async () => {
    mirror = await startTestMirror();
  });
  after(() => mirror.close());

  it('are rung while they talk, and what they say is passed on as it is', async () => {
    const house = await MirrorHouse.paired(mirror, 1, [note('one')]);
    const talk = await Talk.begin(house);
    const authorization = `Bearer ${await house.token('call')}`;
    const calling = house.call('call', { ...json({ sdp: 'an offer' }), headers: { authorization, 'content-type': 'application/json' } });
    const ring = await talk.hear();
    assert.ok(ring?.type === '#ring');
    assert.deepEqual([ring.sdp, `Bearer ${ring.token}`], ['an offer', authorization]);
    await talk.say({ type: '#answer', id: ring.id, sdp: 'an answer', token: 'd.e.f' });
    const { status, body } = await calling;
    assert.deepEqual([status, body], [200, { sdp: 'an answer', token: 'd.e.f' }]);
    // The conversation goes on as if nothing had been.
    await talk.commit(await house.write([note('two')]));
    talk.close();
  });

  it('hear that nobody is there, and nobody is rung for another account', async () => {
    const house = await MirrorHouse.paired(mirror, 2, [note('one')]);
    const other = await MirrorHouse.paired(mirror, 3, [note('one')]);
    const talk = await Talk.begin(other);
    const { status, body } = await house.call('call', json({ sdp: 'an offer' }));
    assert.deepEqual([status, body['error']], [400, 'NobodyThere']);
    assert.equal((await house.call('call', json({ sdp: 'x'.repeat(16_385) }))).status, 400);
    assert.equal((await house.call('call', { ...json({ sdp: 'an offer' }), headers: { authorization: 'Bearer a.b.c', 'content-type': 'application/json' } })).status, 401);
    await talk.commit(await other.write([note('two')]));
    talk.close();
  });
});
