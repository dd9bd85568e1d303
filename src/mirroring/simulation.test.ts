import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mirrorDesk, quiet, TestDesk, TestTimers } from '../../test/support/conversation.ts';
import { House, post } from '../../test/support/house.ts';
import { FATES, lossyConnection } from '../../test/support/lossy-channel.ts';
import type { FrameFate } from '../../test/support/lossy-channel.ts';
import { TestMirror } from '../../test/support/mirror.ts';
import type { CommitMessage } from '../repo/index.ts';
import { HouseConversation } from './house-conversation.ts';
import { keepTalking } from './keep-talking.ts';
import { MirrorConversation } from './mirror-conversation.ts';

/** Printed by a failure with the case that made it; another seed is another set of cases. */
const SEED = 20261125;

const house = await House.create([{ action: 'create', path: 'app.bsky.feed.post/start', record: post('start') }]);
const start = house.repository.commit;
const car = await house.car();
const messages: CommitMessage[] = [];
for (let index = 0; index < 8; index++) {
  const { message } = await house.write([
    { action: 'create', path: `app.bsky.feed.post/n${index}`, record: post(String(index)) },
    ...(index % 3 === 2 ? [{ action: 'delete', path: `app.bsky.feed.post/n${index - 1}` } as const] : []),
  ]);
  messages.push(message);
}

interface Outcome {
  readonly mirror: TestMirror;
  readonly desk: TestDesk;
  readonly connections: number;
  /** Commits that went out, those that went out again on a later connection included. */
  readonly sent: number;
}

/**
 * A house and a mirror over connections on which `fates` befall the frames, one after another, and none when they are used
 * up. At step `n` the house writes `bursts[n]` commits, and the rest when those are used up.
 */
async function simulate(fates: readonly FrameFate[], bursts: readonly number[]): Promise<Outcome> {
  const mirror = new TestMirror();
  await mirror.store.enroll({ did: start.did });
  await mirror.ingest.putRepo(start.did, car);
  await mirror.store.update(start.did, { status: 'active' });

  const desk = new TestDesk(start);
  const timers = new TestTimers();
  let next = 0;
  let sent = 0;
  let connections = 0;
  const fate = (): FrameFate => fates[next++] ?? 'arrives';
  const stop = new AbortController();
  const conversation = new HouseConversation(desk, { timers, now: () => timers.now, onState: (state) => (sent = state.sent) });
  const talking = keepTalking(conversation, async () => {
    connections++;
    const { house: channel, mirror: other } = lossyConnection(fate);
    new MirrorConversation(other, mirrorDesk(mirror), { timers }).run().catch(() => undefined);
    return channel;
  }, { signal: stop.signal, timers, random: () => 0.5 });

  const unwritten = [...messages];
  for (let step = 0; unwritten.length > 0 || desk.waiting.length > 0; step++) {
    assert.ok(step < 1_000, 'it comes to an end');
    for (const message of unwritten.splice(0, bursts[step] ?? messages.length)) desk.write(message);
    conversation.wake();
    await quiet();
    if (desk.waiting.length > 0) await timers.pass();
  }
  stop.abort();
  assert.equal(await talking, 'ended');
  return { mirror, desk, connections, sent };
}

async function assertAllHeld({ mirror, desk }: Outcome): Promise<void> {
  const events = (await mirror.log()).filter(({ type }) => type === '#commit');
  assert.deepEqual(events.map(({ head }) => head!.cid.toString()), messages.map(({ commit }) => commit.toString()));
  await mirror.assertCopyOf(house);
  for (const receipt of desk.receipts) await mirror.assertReceipt(receipt);
  assert.deepEqual(desk.receipts.map(({ rev }) => rev), desk.receipts.map(({ rev }) => rev).toSorted());
}

test('without faults, each commit goes out once, over one connection', async () => {
  const outcome = await simulate([], [1, 0, 3, 2]);
  await assertAllHeld(outcome);
  assert.deepEqual([outcome.connections, outcome.sent, outcome.desk.receipts.length], [1, 8, 8]);
});

for (const fault of FATES.slice(1)) {
  test(`a frame that is ${fault}, whichever it is: each commit is held once, in order`, async () => {
    let hit = 0;
    // Hello, welcome, and eight commits with their answers, in two bursts.
    for (let place = 0; place < 18; place++) {
      const outcome = await simulate([...new Array<FrameFate>(place).fill('arrives'), fault], [3]);
      await assertAllHeld(outcome);
      if (outcome.connections > 1) hit++;
    }
    assert.ok(hit > 6, `the fault showed ${hit} times`);
  });
}

test('whatever befalls the frames, each commit is held once, in order', async () => {
  const fates = fc.array(fc.oneof(
    { weight: 5, arbitrary: fc.constant<FrameFate>('arrives') }, { weight: 2, arbitrary: fc.constantFrom(...FATES) },
  ), { maxLength: 80 });
  await fc.assert(fc.asyncProperty(fates, fc.array(fc.nat(4), { maxLength: 8 }), async (befalling, bursts) => {
    await assertAllHeld(await simulate(befalling, bursts));
  }), { seed: SEED, numRuns: 40 });
});
