import { ChannelError } from '../mirroring/index.ts';
import { MAX_FRAME_BYTES } from '../protocol/index.ts';
import { check } from './contract-checks.ts';
import type { Channel, ChannelFault } from '../mirroring/index.ts';
import type { ContractCase } from './block-store-contract.ts';

/** Both ends of one channel, and a way to lose it. */
export interface ChannelPair {
  readonly house: Channel;
  readonly mirror: Channel;
  /** Loses the connection, so that both sides find out. */
  cut(): void;
}

/** Of these, no adapter takes in more than the most of a side that does not read. */
const STEP_BYTES = 256 * 1024;
const MOST_UNREAD_BYTES = 64 * 1024 * 1024;

/** A sender that has waited so long, in milliseconds, is one that waits. */
const WAITS_MS = 400;

/** A direction in which frames go. */
type Ends = (pair: ChannelPair) => readonly [from: Channel, to: Channel];

const BOTH_WAYS: readonly (readonly [name: string, ends: Ends])[] = [
  ['house to mirror', ({ house, mirror }) => [house, mirror]],
  ['mirror to house', ({ house, mirror }) => [mirror, house]],
];

/** What every adapter of `Channel` promises. Each case wants a pair of its own. */
export const channelContract: readonly ContractCase<ChannelPair>[] = [
  ...bothWays('carries frames whole and in order, a thousand of them', async (from, to) => {
    const frames = Array.from({ length: 1_000 }, (_, index) => numbered(index, index % 97));
    const sending = sendAll(from, frames);
    sameFrames(await take(to, frames.length), frames);
    await sending;
  }),
  ...bothWays('carries frames of no byte, of one, and of as many as there may be', async (from, to) => {
    const frames = [new Uint8Array(0), Uint8Array.of(7), new Uint8Array(0), filled(MAX_FRAME_BYTES), Uint8Array.of(8)];
    const sending = sendAll(from, frames);
    sameFrames(await take(to, frames.length), frames);
    await sending;
  }),
  ...bothWays('refuses a frame that is too large, and carries the next', async (from, to) => {
    await ends(from.send(filled(MAX_FRAME_BYTES + 1)), 'BadFrame');
    const sending = from.send(Uint8Array.of(1));
    sameFrames(await take(to, 1), [Uint8Array.of(1)]);
    await sending;
  }),
  ...bothWays('carries a part of a larger buffer, and only that', async (from, to) => {
    const sending = from.send(Uint8Array.of(9, 9, 1, 2, 3, 9).subarray(2, 5));
    sameFrames(await take(to, 1), [Uint8Array.of(1, 2, 3)]);
    await sending;
  }),
  {
    name: 'carries frames in both directions at once',
    async run({ house, mirror }) {
      const there = Array.from({ length: 200 }, (_, index) => numbered(index, 20_000));
      const back = Array.from({ length: 200 }, (_, index) => numbered(index + 500, 30_000));
      const [atMirror, atHouse] = await Promise.all([
        take(mirror, there.length), take(house, back.length), sendAll(house, there), sendAll(mirror, back),
      ]);
      sameFrames(atMirror, there);
      sameFrames(atHouse, back);
    },
  },
  {
    name: 'carries questions and answers, one after the other',
    async run({ house, mirror }) {
      const answers = (async () => {
        for await (const frame of mirror.frames) await mirror.send(Uint8Array.of(...frame, 1));
      })();
      const frames = house.frames[Symbol.asyncIterator]();
      for (let index = 0; index < 50; index++) {
        await house.send(Uint8Array.of(index));
        const { value } = await frames.next();
        sameFrames([value ?? new Uint8Array(0)], [Uint8Array.of(index, 1)]);
      }
      house.close();
      await answers;
    },
  },
  ...bothWays('what was sent before it was closed arrives, then the frames end', async (from, to) => {
    const frames = Array.from({ length: 20 }, (_, index) => numbered(index, 10_000));
    await sendAll(from, frames);
    from.close();
    sameFrames(await all(to), frames);
  }),
  ...bothWays('nothing is sent any more after it was closed, from either side', async (from, to) => {
    from.close();
    await ends(from.send(Uint8Array.of(1)), 'Closed');
    sameFrames(await all(from), []);
    sameFrames(await all(to), []);
    await ends(to.send(Uint8Array.of(1)), 'Closed');
  }),
  ...bothWays('is closed twice, and by both sides, as well as once', async (from, to) => {
    from.close();
    from.close();
    to.close();
    from.close();
    sameFrames([...await all(from), ...await all(to)], []);
    await ends(to.send(Uint8Array.of(1)), 'Closed');
  }),
  {
    name: 'says on both sides that it was lost',
    async run({ house, mirror, cut }) {
      await house.send(Uint8Array.of(1));
      sameFrames(await take(mirror, 1), [Uint8Array.of(1)]);
      const [atHouse, atMirror] = [all(house), all(mirror)];
      cut();
      await Promise.all([ends(atHouse, 'Lost'), ends(atMirror, 'Lost')]);
      await ends(house.send(Uint8Array.of(1)), 'Lost');
      await ends(mirror.send(Uint8Array.of(1)), 'Lost');
      house.close();
      mirror.close();
    },
  },
  ...bothWays('takes in no more than it can hold of what nobody reads, and carries it when somebody does', async (from, to) => {
    let sent = 0;
    let last: Promise<string> = Promise.resolve('sent');
    for (; sent * STEP_BYTES < MOST_UNREAD_BYTES; sent++) {
      last = from.send(numbered(sent, STEP_BYTES)).then(() => 'sent', () => 'ended');
      const outcome = await Promise.race([last, later(WAITS_MS)]);
      if (outcome === 'ended') return;
      if (outcome === 'waits') break;
    }
    check(sent * STEP_BYTES < MOST_UNREAD_BYTES, `${MOST_UNREAD_BYTES} bytes were taken that nobody has read`);
    (await take(to, sent + 1)).forEach((frame, index) => sameFrames([frame], [numbered(index, STEP_BYTES)]));
    check(await last === 'sent', 'the frame that waited was not sent');
  }),
];

function bothWays(name: string, run: (from: Channel, to: Channel) => Promise<void>): ContractCase<ChannelPair>[] {
  return BOTH_WAYS.map(([way, ends]) => ({ name: `${name} (${way})`, run: (pair) => run(...ends(pair)) }));
}

async function sendAll(channel: Channel, frames: readonly Uint8Array[]): Promise<void> {
  for (const frame of frames) await channel.send(frame);
}

async function take(channel: Channel, count: number): Promise<Uint8Array[]> {
  const frames: Uint8Array[] = [];
  if (count === 0) return frames;
  for await (const frame of channel.frames) if (frames.push(frame) === count) return frames;
  throw new Error(`${frames.length} of ${count} frames came`);
}

async function all(channel: Channel): Promise<Uint8Array[]> {
  const frames: Uint8Array[] = [];
  for await (const frame of channel.frames) frames.push(frame);
  return frames;
}

async function ends(work: Promise<unknown>, fault: ChannelFault): Promise<void> {
  const outcome = await work.then(() => 'nothing', (error: unknown) => (error instanceof ChannelError ? error.code : String(error)));
  check(outcome === fault, `expected ${fault}, got ${outcome}`);
}

function sameFrames(actual: readonly Uint8Array[], expected: readonly Uint8Array[]): void {
  check(actual.length === expected.length, `${actual.length} frames came, and ${expected.length} should have`);
  expected.forEach((frame, index) => {
    const is = actual[index]!;
    const same = is.length === frame.length && is.every((byte, at) => byte === frame[at]);
    check(same, `frame ${index}, ${is.length} bytes, is not the one of ${frame.length} bytes that was sent`);
  });
}

/** A frame that says which it is. */
function numbered(index: number, length: number): Uint8Array {
  const frame = new Uint8Array(length + 4).fill(index % 251);
  new DataView(frame.buffer).setUint32(0, index);
  return frame;
}

function filled(length: number): Uint8Array {
  const frame = new Uint8Array(length);
  for (let at = 0; at < length; at += 997) frame[at] = at % 251;
  return frame;
}

function later(ms: number): Promise<'waits'> {
  return new Promise((resolve) => {
    setTimeout(() => resolve('waits'), ms);
  });
}
