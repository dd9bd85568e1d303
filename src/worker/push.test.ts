import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { HttpSessions } from '../bridge/http/index.ts';
import { MirrorConversation } from '../mirroring/index.ts';
import { Pair } from '../../test/support/mirrored-pair.ts';
import { ALICE } from '../../test/support/pds-house.ts';
import { pushOutboxes } from './push.ts';

const opened: HttpSessions[] = [];
afterEach(() => opened.splice(0).forEach((sessions) => sessions.close()));

/** A house with a mirror that is reached by HTTP alone. */
async function setUp() {
  const pair = await Pair.met(1);
  const sessions = new HttpSessions({ accept: (channel) => void new MirrorConversation(channel, pair.mirror.desk).run().catch(() => undefined) });
  opened.push(sessions);
  let turns = 0;
  const ask: typeof fetch = (input, init) => {
    turns++;
    assert.equal(String(input), `${pair.mirror.url}/xrpc/app.holdfast.mirror.converse`);
    return sessions.answer(new Request(input, init));
  };
  const waiting = async (): Promise<number> => (await pair.house.store.outboxSize(ALICE.did)).commits;
  return { pair, sessions, ask, waiting, turns: () => turns };
}

test('what waits is sent without a page, and nothing of the conversation is left', async () => {
  const { pair, ask, waiting, sessions } = await setUp();
  for (let index = 0; index < 40; index++) await pair.write();
  assert.equal(await waiting(), 40);
  await pushOutboxes(pair.house.pds, ask);
  assert.equal(await waiting(), 0);
  // The last turn, which ends the session, is under way.
  while (sessions.size > 0) await setImmediate();
  await pair.assertMirrored();
});

test('where nothing waits, nobody is asked', async () => {
  const { pair, ask, turns } = await setUp();
  await pushOutboxes(pair.house.pds, ask);
  assert.equal(turns(), 0);
});

test('what may not be sent is not: a pause, an alarm, a pairing that is not finished', async () => {
  const { pair, ask, turns, waiting } = await setUp();
  await pair.write();
  const known = await pair.known();
  const alarm = { code: 'fork', message: 'Your data is safe.', time: known.pairedAt } as const;
  for (const change of [{ isPaused: true }, { state: 'pairing' }, { alarm }] as const) {
    await pair.house.store.update(ALICE.did, { mirror: { ...known, ...change } });
    await pushOutboxes(pair.house.pds, ask);
  }
  assert.deepEqual([turns(), await waiting()], [0, 1]);
});

test('a mirror that does not answer, or ends before it has confirmed, leaves it waiting, and the browser hears of it', async () => {
  const { pair, ask, waiting } = await setUp();
  await pair.write();
  await assert.rejects(pushOutboxes(pair.house.pds, () => Promise.reject(new TypeError('fetch failed'))), AggregateError);
  let turns = 0;
  await assert.rejects(pushOutboxes(pair.house.pds, (input, init) => (++turns > 2 ? Promise.reject(new TypeError('gone')) : ask(input, init))), AggregateError);
  assert.equal(await waiting(), 1);
  await pushOutboxes(pair.house.pds, ask);
  assert.equal(await waiting(), 0);
});

test('a mirror that is silent is given up', async () => {
  const { pair, waiting } = await setUp();
  await pair.write();
  const silent: typeof fetch = (_input, init) => new Promise((_resolve, reject) => {
    init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
  });
  await assert.rejects(pushOutboxes(pair.house.pds, silent, AbortSignal.timeout(20)), AggregateError);
  assert.equal(await waiting(), 1);
});
