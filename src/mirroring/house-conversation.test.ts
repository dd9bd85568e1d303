import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mirrorDesk, quiet, TestDesk, TestTimers } from '../../test/support/conversation.ts';
import { House, post } from '../../test/support/house.ts';
import { mirrorSigner, TestMirror } from '../../test/support/mirror.ts';
import { cidOf, datetimeFromMs } from '../protocol/index.ts';
import type { Tid } from '../protocol/index.ts';
import type { CommitMessage } from '../repo/index.ts';
import { decodeHouseMessage, encodeMirrorMessage } from './codec.ts';
import { channelOver, FrameQueue } from './frame-queue.ts';
import { HouseConversation } from './house-conversation.ts';
import type { ConversationState } from './house-conversation.ts';
import { keepTalking } from './keep-talking.ts';
import type { HouseMessage, MirrorMessage } from './messages.ts';
import { MirrorConversation } from './mirror-conversation.ts';
import { ChannelError } from './ports/channel.ts';
import type { Channel, ChannelFault } from './ports/channel.ts';
import { signReceipt } from './receipt.ts';

const house = await House.create();
const start = house.repository.commit;
const car = await house.car();
const messages: CommitMessage[] = [];
for (let index = 0; index < 70; index++) {
  messages.push((await house.write([{ action: 'create', path: `app.bsky.feed.post/n${index}`, record: post(String(index)) }])).message);
}

async function mirrorAtStart(): Promise<TestMirror> {
  const mirror = new TestMirror();
  await mirror.store.enroll({ did: start.did });
  await mirror.ingest.putRepo(start.did, car);
  await mirror.store.update(start.did, { status: 'active' });
  return mirror;
}

/** A mirror that says what a test has it say. */
class Script {
  readonly heard = new FrameQueue({ roomBytes: 100_000_000 });
  readonly said = new FrameQueue();
  readonly channel: Channel = channelOver(this.said, this.heard);
  readonly #frames = this.heard[Symbol.asyncIterator]();

  async hear(): Promise<HouseMessage> {
    const { value, done } = await this.#frames.next();
    assert.ok(done !== true, 'the house has ended the conversation');
    return decodeHouseMessage(value);
  }

  async welcome(): Promise<void> {
    assert.equal((await this.hear()).type, '#hello');
    this.say({ type: '#welcome', head: { cid: start.cid, rev: start.rev, data: start.data }, time: datetimeFromMs(0), limits: { blobBytes: 1, repoBytes: 1, aheadMs: 1 } });
  }

  say(message: MirrorMessage): void {
    this.said.put(encodeMirrorMessage(message));
  }

  lose(code: ChannelFault): void {
    this.said.end(new ChannelError(code, 'The connection was lost.'));
    this.heard.end(new ChannelError(code, 'The connection was lost.'));
  }
}

function stand(count: number) {
  const desk = new TestDesk(start);
  for (const message of messages.slice(0, count)) desk.write(message);
  const states: ConversationState[] = [];
  const timers = new TestTimers();
  const conversation = new HouseConversation(desk, { timers, now: () => timers.now, onState: (state) => states.push(state) });
  return { desk, states, timers, conversation, script: new Script() };
}

test('what waits is sent and settled in order, and a new commit goes out at once', async () => {
  const { desk, states, conversation } = stand(40);
  const mirror = await mirrorAtStart();
  const [to, from] = [new FrameQueue(), new FrameQueue()];
  const mirrorEnds = new MirrorConversation(channelOver(to, from), mirrorDesk(mirror)).run();
  const ends = conversation.run(channelOver(from, to));
  while (desk.receipts.length < 40) await quiet();
  await quiet();
  assert.deepEqual(states.at(-1), { stage: 'idle', sent: 40, acknowledged: 40 });
  for (const message of messages.slice(40)) {
    desk.write(message);
    conversation.wake();
    while (desk.waiting.length > 0) await quiet();
  }
  assert.deepEqual(desk.receipts.map(({ rev }) => rev), messages.map(({ rev }) => rev));
  await mirror.assertCopyOf(house);
  to.end();
  from.end();
  await mirrorEnds;
  await assert.rejects(ends, { code: 'Closed' });
});

test('when another house has gone on it begins anew, and keeps the receipts that came before', async () => {
  const { desk, conversation } = stand(3);
  const mirror = await mirrorAtStart();
  const [to, from] = [new FrameQueue(), new FrameQueue()];
  let tell: (rev: Tid) => void = () => undefined;
  const follow = (_: unknown, told: typeof tell): (() => void) => {
    tell = told;
    return () => undefined;
  };
  const mirrorEnds = new MirrorConversation(channelOver(to, from), { ...mirrorDesk(mirror), follow }).run();
  const ends = conversation.run(channelOver(from, to));
  while (desk.receipts.length < 3) await quiet();
  await quiet();
  tell(messages.at(-1)!.rev);
  assert.equal(await ends, 'again');
  assert.equal(desk.receipts.length, 3);
  await mirrorEnds;
});

test('it ends when all is held, where that was wished', async () => {
  const { desk, conversation } = stand(5);
  const mirror = await mirrorAtStart();
  const [to, from] = [new FrameQueue(), new FrameQueue()];
  const mirrorEnds = new MirrorConversation(channelOver(to, from), mirrorDesk(mirror)).run();
  assert.equal(await conversation.run(channelOver(from, to), { untilIdle: true }), 'idle');
  assert.equal(desk.receipts.length, 5);
  await mirrorEnds;
});

test('no more than a window goes ahead of the answers', async () => {
  const { script, conversation } = stand(70);
  const ends = conversation.run(script.channel);
  await script.welcome();
  await quiet();
  assert.equal(script.heard.size, 32);
  script.lose('Lost');
  await assert.rejects(ends, { code: 'Lost' });
});

test('blobs are offered before the commit that names them, and those that are wanted are sent', async () => {
  const { desk, script, conversation } = stand(1);
  const blobs = [1, 2, 3].map((byte) => cidOf(Uint8Array.of(byte), 'raw'));
  desk.write(messages[1]!, blobs.slice(0, 2));
  desk.write(messages[2]!, blobs.slice(1));
  const ends = conversation.run(script.channel);
  await script.welcome();
  assert.equal((await script.hear()).type, '#commit');
  const offer = await script.hear();
  assert.ok(offer.type === '#offer');
  assert.deepEqual(offer.blobs.map(String), blobs.map(String));
  await quiet();
  assert.equal(script.heard.size, 0);
  script.say({ type: '#ack', receipt: await receiptOf(messages[0]!) });
  script.say({ type: '#want', blobs: [blobs[1]!, cidOf(Uint8Array.of(9), 'raw')] });
  const next = await script.hear();
  assert.ok(next.type === '#commit' && next.message.rev === messages[1]!.rev);
  assert.deepEqual(desk.calls.slice(-1), [`blobs ${String(blobs[1])}`]);
  assert.equal((await script.hear()).type, '#commit');
  script.lose('Lost');
  await assert.rejects(ends);
});

test('a mirror that has nothing is handed the repository, and is then sent what came since', async () => {
  const { desk, script, states, conversation } = stand(2);
  desk.onGreet = () => ({ next: 'hand-over' });
  const ends = conversation.run(script.channel);
  await script.welcome();
  assert.equal((await script.hear()).type, '#commit');
  assert.deepEqual(desk.calls, ['hello', 'greet', 'hand-over']);
  assert.equal(states[0]!.stage, 'handing-over');
  script.lose('Lost');
  await assert.rejects(ends);
});

test('where the house has decided to stop, nothing is sent', async () => {
  const { desk, script, conversation } = stand(2);
  desk.onGreet = () => ({ next: 'stop' });
  const ends = conversation.run(script.channel);
  await script.welcome();
  assert.equal(await ends, 'stopped');
  assert.equal(script.heard.size, 0);
  assert.ok(script.heard.ended);
});

test('a refused commit is put to the desk, and nothing is sent twice', async () => {
  for (const [step, ending] of [['send', 'again'], ['hand-over', 'again'], ['stop', 'stopped']] as const) {
    const { desk, script, conversation } = stand(3);
    desk.onRefused = () => ({ next: step });
    const ends = conversation.run(script.channel);
    await script.welcome();
    await quiet();
    const told = { code: 'StaleHead', message: 'No.', time: datetimeFromMs(0) };
    script.say({ type: '#ack', receipt: await receiptOf(messages[0]!) });
    script.say({ type: '#reject', rev: messages[1]!.rev, ...told });
    script.say({ type: '#reject', rev: messages[2]!.rev, ...told });
    assert.equal(await ends, ending);
    assert.equal(script.heard.size, 3);
    const last = step === 'hand-over' ? ['refused StaleHead', 'hand-over'] : ['refused StaleHead'];
    assert.deepEqual(desk.calls.slice(2), [`settle ${messages[0]!.rev}`, ...last]);
  }
});

test('the last words of a mirror are heard, though it has closed', async () => {
  const { desk, script, conversation } = stand(3);
  desk.onRefused = () => ({ next: 'stop' });
  script.say({ type: '#reject', code: 'InvalidToken', message: 'No.', time: datetimeFromMs(0) });
  script.said.end();
  script.heard.end();
  assert.equal(await conversation.run(script.channel), 'stopped');
  assert.deepEqual(desk.calls, ['hello', 'refused InvalidToken']);
});

const wrongAnswers: readonly (readonly [string, () => MirrorMessage | Promise<MirrorMessage>])[] = [
  ['a want that answers nothing', () => ({ type: '#want', blobs: [] })],
  ['a second welcome', () => ({ type: '#welcome', time: datetimeFromMs(0), limits: { blobBytes: 1, repoBytes: 1, aheadMs: 1 } })],
  ['a refusal out of turn', () => ({ type: '#reject', rev: messages[1]!.rev, code: 'x', message: 'x', time: datetimeFromMs(0) })],
  ['noted', () => ({ type: '#noted' })],
];

for (const [why, answer] of wrongAnswers) {
  test(`a mirror out of step is left: ${why}`, async () => {
    const { desk, script, conversation } = stand(2);
    const ends = conversation.run(script.channel);
    await script.welcome();
    await script.hear();
    script.say(await answer());
    await assert.rejects(ends, { code: 'BadFrame' });
    assert.equal(desk.waiting.length, 2);
    assert.equal(desk.receipts.length, 0);
  });
}

test('a receipt of another commit than the one whose turn it is is for the house to judge, and ends the conversation', async () => {
  const { desk, script, conversation } = stand(2);
  const ends = conversation.run(script.channel);
  await script.welcome();
  await script.hear();
  script.say({ type: '#ack', receipt: await receiptOf(messages[1]!) });
  await assert.rejects(ends, { code: 'BadFrame' });
  assert.equal(desk.receipts.length, 1);
});

test('a mirror that does not answer is taken for lost, also before its welcome', async () => {
  for (const isWelcome of [false, true]) {
    const { script, timers, conversation } = stand(1);
    const ends = conversation.run(script.channel);
    if (isWelcome) await script.welcome();
    const failed = assert.rejects(ends, { code: 'Lost' });
    await timers.pass();
    await failed;
    assert.equal(timers.now, 30_000);
  }
});

test('when nothing is unanswered, nothing is waited for', async () => {
  const { script, timers, conversation } = stand(0);
  const stop = new AbortController();
  const ends = conversation.run(script.channel, { signal: stop.signal });
  await script.welcome();
  assert.equal(await timers.pass(), false);
  stop.abort(new Error('enough'));
  await assert.rejects(ends, { message: 'enough' });
  assert.ok(script.heard.ended);
});

test('a new identity is told once, and told again where it was not noted', async () => {
  const { script, conversation } = stand(0);
  conversation.tellIdentity();
  const ends = conversation.run(script.channel);
  await script.welcome();
  assert.equal((await script.hear()).type, '#identity');
  script.lose('Lost');
  await assert.rejects(ends);
  const second = new Script();
  const endsToo = conversation.run(second.channel);
  await second.welcome();
  assert.equal((await second.hear()).type, '#identity');
  second.say({ type: '#noted' });
  await quiet();
  conversation.wake();
  await quiet();
  assert.equal(second.heard.size, 0);
  second.lose('Lost');
  await assert.rejects(endsToo);
});

test('attempts wait longer and longer, and begin anew after something was taken', async () => {
  const { desk, states, timers, conversation } = stand(1);
  const mirror = await mirrorAtStart();
  const stop = new AbortController();
  const attempts: number[] = [];
  const connect = async (): Promise<Channel> => {
    if (attempts.push(timers.now) < 10) throw new ChannelError('Lost', 'There is no way.');
    const [to, from] = [new FrameQueue(), new FrameQueue()];
    void new MirrorConversation(channelOver(to, from), mirrorDesk(mirror)).run().catch(() => undefined);
    return channelOver(from, to);
  };
  const talking = keepTalking(conversation, connect, { signal: stop.signal, timers, random: () => 0 });
  while (attempts.length < 10) await timers.pass();
  while (desk.waiting.length > 0) await quiet();
  const waits = states.filter(({ stage }) => stage === 'waiting');
  assert.deepEqual(waits.map(({ retryMs }) => retryMs), [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  assert.ok(waits[0]!.fault instanceof ChannelError);
  assert.equal(states.at(-1)!.stage, 'idle');
  stop.abort();
  assert.equal(await talking, 'ended');
});

test('news cuts the waiting short, but never below the first delay', async () => {
  const { timers, conversation } = stand(1);
  const stop = new AbortController();
  const attempts: number[] = [];
  const connect = async (): Promise<Channel> => {
    attempts.push(timers.now);
    throw new ChannelError('Lost', 'There is no way.');
  };
  const talking = keepTalking(conversation, connect, { signal: stop.signal, timers, random: () => 0 });
  while (attempts.length < 6) await timers.pass();
  const began = timers.now;
  await quiet();
  conversation.wake();
  await timers.pass();
  assert.deepEqual([attempts.length, timers.now - began], [7, 500]);
  stop.abort();
  assert.equal(await talking, 'ended');
});

test('it stops where the house has decided so', async () => {
  const { desk, states, conversation } = stand(1);
  const mirror = await mirrorAtStart();
  desk.onGreet = () => ({ next: 'stop' });
  const [to, from] = [new FrameQueue(), new FrameQueue()];
  void new MirrorConversation(channelOver(to, from), mirrorDesk(mirror)).run();
  const signal = new AbortController().signal;
  assert.equal(await keepTalking(conversation, async () => channelOver(from, to), { signal }), 'stopped');
  assert.equal(states.at(-1)!.stage, 'stopped');
});

/** The receipt of a mirror that takes everything. */
async function receiptOf({ commit, rev }: CommitMessage) {
  return signReceipt(mirrorSigner, { did: start.did, commit, rev, seq: 1 }, 0);
}
