import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { DID, House, post } from '../../test/support/house.ts';
import { TestMirror } from '../../test/support/mirror.ts';
import { until } from '../../test/support/until.ts';
import { cidOf, datetimeFromMs, encodeFrame, parseTid } from '../protocol/index.ts';
import type { Tid } from '../protocol/index.ts';
import type { CommitMessage } from '../repo/index.ts';
import { decodeMirrorMessage, encodeHouseMessage } from './codec.ts';
import { channelOver, FrameQueue } from './frame-queue.ts';
import type { HouseMessage, MirrorMessage } from './messages.ts';
import { MirrorConversation } from './mirror-conversation.ts';
import { MirrorRefusal } from './mirror-refusal.ts';
import { ChannelError } from './ports/channel.ts';
import type { MirrorDesk } from './ports/desks.ts';

const OTHER = parseTid('3zzzzzzzzzz22');
const hello: HouseMessage = { type: '#hello', did: DID, token: 'good', version: '1' };

function deskOf(mirror: TestMirror): MirrorDesk {
  return {
    hello: async ({ did, token }) => {
      if (token !== 'good') throw new MirrorRefusal('InvalidToken', 'The token is not good.');
      const { head, told } = (await mirror.store.account(did))!;
      return { type: '#welcome', head: head!, seq: told!.seq, time: datetimeFromMs(mirror.now()), limits: mirror.limits };
    },
    commit: (did, message) => mirror.ingest.commit(did, message),
    missing: (did, blobs) => mirror.ingest.missing(did, blobs),
    follow: () => () => undefined,
    identity: async () => undefined,
  };
}

/** The house's end of a conversation, frame by frame. */
class Line {
  readonly to = new FrameQueue();
  readonly from = new FrameQueue();
  readonly done: Promise<unknown>;
  readonly #answers = this.from[Symbol.asyncIterator]();

  constructor(desk: MirrorDesk, helloMs?: number) {
    const conversation = new MirrorConversation(channelOver(this.to, this.from), desk, helloMs === undefined ? {} : { helloMs });
    this.done = conversation.run().then(() => undefined, (error: unknown) => error);
  }

  say(...messages: HouseMessage[]): void {
    for (const message of messages) this.to.put(encodeHouseMessage(message));
  }

  async hear(): Promise<MirrorMessage> {
    const { value, done } = await this.#answers.next();
    assert.ok(done !== true, 'the conversation has ended');
    return decodeMirrorMessage(value);
  }

  /** Types or codes of all that still comes, until it ends. */
  async rest(): Promise<readonly string[]> {
    const rest: string[] = [];
    for (;;) {
      const { value, done } = await this.#answers.next();
      if (done === true) return rest;
      const message = decodeMirrorMessage(value);
      rest.push(message.type === '#reject' ? `${message.code}${message.rev === undefined ? '' : ` ${message.rev}`}` : message.type);
    }
  }
}

async function begun(): Promise<{ readonly house: House; readonly mirror: TestMirror; readonly line: Line }> {
  const house = await House.create();
  const mirror = await TestMirror.of(house);
  return { house, mirror, line: new Line(deskOf(mirror)) };
}

async function written(house: House, count: number): Promise<CommitMessage[]> {
  const messages: CommitMessage[] = [];
  for (let index = 0; index < count; index++) {
    const { message } = await house.write([{ action: 'create', path: `app.bsky.feed.post/n${house.history.length}`, record: post(String(index)) }]);
    messages.push(message);
  }
  return messages;
}

const commits = (messages: readonly CommitMessage[]): HouseMessage[] => messages.map((message) => ({ type: '#commit', message }));

test('what is sent without waiting is answered in order', async () => {
  const { house, mirror, line } = await begun();
  const messages = await written(house, 3);
  const blob = cidOf(Uint8Array.of(1), 'raw');
  line.say(hello, { type: '#offer', blobs: [blob] }, ...commits(messages), { type: '#identity' });
  const welcome = await line.hear();
  assert.ok(welcome.type === '#welcome' && welcome.head!.cid.equals(house.history[0]!.message.commit));
  const want = await line.hear();
  assert.ok(want.type === '#want' && want.blobs[0]!.equals(blob));
  for (const message of messages) {
    const ack = await line.hear();
    assert.ok(ack.type === '#ack' && ack.receipt.commit.equals(message.commit));
    await mirror.assertReceipt(ack.receipt);
  }
  assert.equal((await line.hear()).type, '#noted');
  line.to.end();
  assert.equal(await line.done, undefined);
  await mirror.assertCopyOf(house);
});

test('commits are taken side by side and answered in their order, and what is no commit waits for them', async () => {
  const { house, mirror } = await begun();
  const desk = deskOf(mirror);
  const begunWith: string[] = [];
  const first = Promise.withResolvers<void>();
  let isOffered = false;
  const line = new Line({
    ...desk,
    commit: async (did, message) => {
      begunWith.push(message.rev);
      const receipt = await desk.commit(did, message);
      if (begunWith[0] === message.rev) await first.promise;
      return receipt;
    },
    missing: async (did, blobs) => {
      isOffered = true;
      return desk.missing(did, blobs);
    },
  });
  const messages = await written(house, 10);
  line.say(hello, ...commits(messages), { type: '#offer', blobs: [] });
  await line.hear();
  await until('all are begun with', () => begunWith.length === 10);
  for (let turn = 0; turn < 20; turn++) await setImmediate();
  assert.equal(isOffered, false);
  first.resolve();
  for (const { commit } of messages) {
    const ack = await line.hear();
    assert.ok(ack.type === '#ack' && ack.receipt.commit.equals(commit));
  }
  assert.equal((await line.hear()).type, '#want');
  assert.deepEqual(begunWith, messages.map(({ rev }) => rev));
});

for (const [what, blocks, most] of [['32 commits', 10, 32], ['four megabytes', 1_900_000, 2]] as const) {
  test(`a house that sends more than ${what} ahead waits in its channel, and goes on when the first is answered`, async () => {
    const { house, mirror } = await begun();
    const [message] = await written(house, 1);
    const answers: PromiseWithResolvers<never>[] = [];
    const line = new Line({
      ...deskOf(mirror),
      commit: () => {
        const answer = Promise.withResolvers<never>();
        answers.push(answer);
        return answer.promise;
      },
    });
    line.say(hello, ...commits(Array.from({ length: most + 2 }, () => ({ ...message!, blocks: new Uint8Array(blocks) }))));
    await line.hear();
    await until('as many are begun with as may be', () => answers.length === most);
    for (let turn = 0; turn < 20; turn++) await setImmediate();
    assert.equal(answers.length, most);
    answers[0]!.reject(new MirrorRefusal('InvalidCommit', 'It is not right.'));
    await until('one more is begun with', () => answers.length === most + 1);
    // What is wrong inside ends all of it, and nothing more is begun with.
    answers[1]!.reject(new Error('inside'));
    assert.equal((await line.done as Error).message, 'inside');
    assert.equal(answers.length, most + 1);
  });
}

test('what was sent after a refused commit is refused too, until the house comes with what follows the head', async () => {
  const { house, mirror, line } = await begun();
  const { head } = await mirror.account();
  const { repository } = house;
  const [bad, second, third] = await written(house, 3);
  const before = await mirror.state();
  line.say(hello, ...commits([{ ...bad!, blocks: bad!.blocks.slice(0, -1) }, second!, third!]));
  await line.hear();
  for (const [message, code] of [[bad, 'InvalidCommit'], [second, 'StaleHead'], [third, 'StaleHead']] as const) {
    const answer = await line.hear();
    assert.ok(answer.type === '#reject' && answer.rev === message!.rev && answer.code === code && answer.head!.cid.equals(head!.cid));
  }
  assert.equal(await mirror.state(), before);
  await house.goBackTo(repository);
  line.say(...commits(await written(house, 1)));
  assert.equal((await line.hear()).type, '#ack');
  await mirror.assertCopyOf(house);
});

test('of what another house does to the account, a house is told once, after the welcome; of its own commits never', async () => {
  const house = await House.create();
  const mirror = await TestMirror.of(house);
  const told: ((rev: Tid) => void)[] = [];
  let greeting: () => void = () => undefined;
  let ended = 0;
  const desk = deskOf(mirror);
  const line = new Line({
    ...desk,
    hello: (message) => {
      greeting();
      return desk.hello(message);
    },
    commit: async (did, message) => {
      const receipt = await desk.commit(did, message);
      for (const tell of told) tell(message.rev);
      return receipt;
    },
    follow: (_, tell) => {
      told.push(tell);
      return () => void ended++;
    },
  });
  greeting = () => told[0]!(OTHER);
  line.say(hello);
  assert.deepEqual([(await line.hear()).type, (await line.hear()).type], ['#welcome', '#moved']);
  line.say(...commits(await written(house, 2)));
  assert.deepEqual([(await line.hear()).type, (await line.hear()).type], ['#ack', '#ack']);
  told[0]!(OTHER);
  line.to.end();
  assert.deepEqual(await line.rest(), []);
  assert.equal(await line.done, undefined);
  assert.equal(ended, 1);
});

test('a frame that came twice is acknowledged twice and told once', async () => {
  const { house, mirror, line } = await begun();
  const [message] = await written(house, 1);
  line.say(hello, ...commits([message!, message!]));
  await line.hear();
  const [first, again] = [await line.hear(), await line.hear()];
  assert.ok(first.type === '#ack' && again.type === '#ack' && first.receipt.seq === again.receipt.seq);
  assert.equal(mirror.announced.filter(({ type }) => type === '#commit').length, 1);
});

test('who does not prove who they are is told so, and that is all', async () => {
  const { mirror, line, house } = await begun();
  const before = await mirror.state();
  line.say({ ...hello, token: 'stale' } as HouseMessage, ...commits(await written(house, 1)));
  assert.deepEqual(await line.rest(), ['InvalidToken']);
  assert.equal(await line.done, undefined);
  assert.equal(await mirror.state(), before);
});

const broken: readonly (readonly [string, (messages: readonly CommitMessage[]) => readonly Uint8Array[]])[] = [
  ['a commit before #hello', ([message]) => [encodeHouseMessage({ type: '#commit', message: message! })]],
  ['bytes that are no frame', () => [encodeHouseMessage(hello), Uint8Array.of(1, 2, 3)]],
  ['a second #hello', () => [encodeHouseMessage(hello), encodeHouseMessage(hello)]],
  ['a truncated commit', ([message]) => [encodeHouseMessage(hello), encodeHouseMessage({ type: '#commit', message: message! }).slice(0, -5)]],
  ['a type that is not known', () => [encodeHouseMessage(hello), encodeFrame('#request', {})]],
];

for (const [why, frames] of broken) {
  test(`ends with ${why}, and nothing has changed`, async () => {
    const { house, mirror, line } = await begun();
    const messages = await written(house, 1);
    const before = await mirror.state();
    for (const frame of frames(messages)) line.to.put(frame);
    assert.equal((await line.rest()).at(-1), 'BadFrame');
    assert.ok(await line.done instanceof ChannelError);
    assert.equal(await mirror.state(), before);
  });
}

test('who says nothing is not waited for', async () => {
  const { mirror } = await begun();
  const line = new Line(deskOf(mirror), 10);
  assert.deepEqual(await line.rest(), ['BadFrame']);
});

test('a fault inside is told as one, without its words, and thrown', async () => {
  const { mirror, house } = await begun();
  const line = new Line({ ...deskOf(mirror), commit: async () => {
    throw new Error('secret path');
  } });
  line.say(hello, ...commits(await written(house, 2)));
  await line.hear();
  const answer = await line.hear();
  assert.ok(answer.type === '#reject' && answer.code === 'InternalServerError' && answer.rev === undefined && !answer.message.includes('secret'));
  assert.deepEqual(await line.rest(), []);
  assert.equal((await line.done as Error).message, 'secret path');
});

test('a connection that is lost after the commit leaves it durable, and the receipt is given again', async () => {
  const { house, mirror } = await begun();
  const [message] = await written(house, 1);
  const cut = new Line({ ...deskOf(mirror), commit: async (did, sent) => {
    const receipt = await mirror.ingest.commit(did, sent);
    cut.from.end(new ChannelError('Lost', 'The connection was lost.'));
    cut.to.end(new ChannelError('Lost', 'The connection was lost.'));
    return receipt;
  } });
  cut.say(hello, ...commits([message!]));
  assert.ok(await cut.done instanceof ChannelError);
  await mirror.assertCopyOf(house);
  const line = new Line(deskOf(mirror));
  line.say(hello, ...commits([message!]));
  await line.hear();
  const ack = await line.hear();
  assert.ok(ack.type === '#ack');
  await mirror.assertReceipt(ack.receipt);
});
