import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeFrame, parseDid } from '../protocol/index.ts';
import { MemoryMirrorStore } from '../storage/memory/index.ts';
import { accountEvent } from './events.ts';
import { Firehose } from './firehose.ts';
import type { FirehoseOptions, FirehoseSink } from './firehose.ts';
import type { StoredEvent } from './ports/event-log.ts';

const DID = parseDid('did:web:alice.test');

/** A host with one account, whose events are told as they are written. */
class Host {
  time = 1_790_000_000_000;
  readonly store = new MemoryMirrorStore({ now: () => this.time });
  readonly firehose: Firehose;
  readonly ends: AbortController[] = [];

  constructor(options: Partial<FirehoseOptions> = {}) {
    this.firehose = new Firehose({ log: this.store, now: () => this.time, ...options });
  }

  static async open(options: Partial<FirehoseOptions> = {}): Promise<Host> {
    const host = new Host(options);
    await host.store.enroll({ did: DID });
    return host;
  }

  async write(count: number): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    for (let index = 0; index < count; index++) events.push(...await this.store.update(DID, {}, [accountEvent(DID, true)]));
    return events;
  }

  async tell(count: number): Promise<readonly StoredEvent[]> {
    const events = await this.write(count);
    this.firehose.announce(events);
    return events;
  }

  subscribe(cursor?: number, sink = new Sink()): Sink {
    const end = new AbortController();
    sink.end = end;
    sink.ended = this.firehose.subscribe(cursor, sink, end.signal);
    this.ends.push(end);
    return sink;
  }

  async close(): Promise<void> {
    for (const end of this.ends) end.abort();
  }
}

class Sink implements FirehoseSink {
  readonly frames: Uint8Array[] = [];
  /** Frames are kept as waiting from this number on. */
  stuckAfter = Infinity;
  waiting = 0;
  closed = 0;
  ended: Promise<void> = Promise.resolve();
  end = new AbortController();

  send(frames: readonly Uint8Array[]): void {
    assert.equal(this.closed, 0, 'nothing is sent after the end');
    assert.ok(frames.length > 0, 'nothing is not sent');
    this.frames.push(...frames);
    const stuck = Math.max(0, this.frames.length - this.stuckAfter);
    for (const { length } of stuck === 0 ? [] : frames.slice(-stuck)) this.waiting += length;
  }

  close(): void {
    this.closed++;
  }

  /** What came, in words. */
  told(): unknown[] {
    return this.frames.map((bytes) => {
      const frame = decodeFrame(bytes);
      if (frame.kind === 'error') return frame.error;
      assert.ok(frame.kind === 'message');
      return frame.type === '#info' ? frame.body['name'] : frame.body['seq'];
    });
  }

  async until(count: number): Promise<void> {
    while (this.frames.length < count) await tick();
  }
}

function tick(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1);
  });
}

const seqs = (events: readonly StoredEvent[]): number[] => events.map(({ seq }) => seq);

test('without a cursor come new events only', async (t) => {
  const host = await Host.open();
  t.after(() => host.close());
  await host.tell(3);
  const sink = host.subscribe();
  await tick();
  const events = await host.tell(2);
  await sink.until(2);
  assert.deepEqual(sink.told(), seqs(events));
});

test('cursor 0 gives all, a cursor what follows it, then the new ones, byte for byte', async (t) => {
  const host = await Host.open();
  t.after(() => host.close());
  const old = await host.tell(5);
  const all = host.subscribe(0);
  const some = host.subscribe(old[2]!.seq);
  const fresh = await host.tell(3);
  await all.until(8);
  await some.until(5);
  assert.deepEqual(all.told(), [...seqs(old), ...seqs(fresh)]);
  assert.deepEqual(some.frames, all.frames.slice(3));
  assert.deepEqual(all.frames, [...old, ...fresh].map(({ frame }) => frame));
});

test('there is no gap and no repetition where old events meet new ones, in whatever order they are announced', async (t) => {
  const host = await Host.open();
  t.after(() => host.close());
  await host.tell(1_200);
  const sinks = Array.from({ length: 5 }, () => host.subscribe(0));
  for (let round = 0; round < 60; round++) {
    const events = await host.write(3);
    if (round % 2 === 0) await tick();
    for (const event of [...events].reverse()) host.firehose.announce([event]);
    if (round % 20 === 0) sinks.push(host.subscribe(0));
  }
  const all = await host.store.read(0, { limit: 10_000, bytes: Infinity });
  for (const sink of sinks) {
    await sink.until(1_380);
    assert.deepEqual(sink.told(), seqs(all));
  }
});

test('who comes a little later is given what was read for another, for a while, until more is told than commits', async (t) => {
  const host = await Host.open({ pageBytes: 1 });
  t.after(() => host.close());
  const { store, firehose } = host;
  const asked: number[] = [];
  const frames = store.frames.bind(store);
  const gone = new Set<number>();
  store.frames = async (after, most) => {
    asked.push(after);
    const all = await frames(after, { ...most, bytes: 1e9 });
    return all.filter(({ seq }) => !gone.has(seq)).slice(0, 1);
  };
  const old = await host.write(5);
  const first = host.subscribe(0);
  await first.until(5);
  await host.subscribe(0).until(5);
  // Each event is a page, and the last asks for what follows.
  assert.deepEqual(asked, [0, ...seqs(old)]);
  // A commit comes: what was read stands, and the end is read anew.
  asked.length = 0;
  const [sixth] = await host.write(1);
  firehose.announce([{ ...sixth!, type: '#commit' }]);
  await first.until(6);
  const third = host.subscribe(0);
  await third.until(6);
  assert.deepEqual(third.told(), [...seqs(old), sixth!.seq]);
  assert.deepEqual([...new Set(asked)], [old[4]!.seq, sixth!.seq]);
  // An account is told of, and its commits may have left the log.
  gone.add(old[1]!.seq);
  await host.tell(1);
  const fourth = host.subscribe(0);
  await fourth.until(6);
  assert.deepEqual(fourth.told().slice(0, 2), [old[0]!.seq, old[2]!.seq]);
  // What nobody tells of, such as what is pruned, is seen a while later.
  gone.add(old[2]!.seq);
  const later = performance.now() + 10_000;
  t.mock.method(performance, 'now', () => later);
  const fifth = host.subscribe(0);
  await fifth.until(5);
  assert.deepEqual(fifth.told().slice(0, 2), [old[0]!.seq, old[3]!.seq]);
});

test('a cursor up to now is valid, even above the last event; a later one is refused', async (t) => {
  const host = await Host.open();
  t.after(() => host.close());
  await host.tell(1);
  host.time += 60_000;
  const sink = host.subscribe(host.time * 1000);
  const future = host.subscribe(host.time * 1000 + 1);
  await future.ended;
  assert.deepEqual([future.told(), future.closed], [['FutureCursor'], 1]);
  host.time += 1;
  const events = await host.tell(1);
  await sink.until(1);
  assert.deepEqual(sink.told(), seqs(events));
});

test('a cursor before what is kept is told so first', async (t) => {
  const host = await Host.open();
  t.after(() => host.close());
  const old = await host.tell(3);
  host.time += 1_000;
  const kept = await host.tell(2);
  await host.store.maintain(host.time);
  const outdated = host.subscribe(old[0]!.seq);
  const exact = host.subscribe(old[2]!.seq);
  const zero = host.subscribe(0);
  await Promise.all([outdated.until(3), exact.until(2), zero.until(2)]);
  assert.deepEqual(outdated.told(), ['OutdatedCursor', ...seqs(kept)]);
  assert.deepEqual(exact.told(), seqs(kept));
  assert.deepEqual(zero.told(), seqs(kept));
});

test('who takes nothing while many events come is told so and closed; the others get all', async (t) => {
  const host = await Host.open({ pageBytes: 150 });
  t.after(() => host.close());
  const quick = host.subscribe();
  const slow = host.subscribe(undefined, Object.assign(new Sink(), { stuckAfter: 3 }));
  await tick();
  const events: StoredEvent[] = [];
  for (let round = 0; round < 8; round++) {
    events.push(...await host.tell(100));
    await quick.until(events.length);
  }
  await slow.ended;
  assert.equal(slow.closed, 1);
  assert.deepEqual(slow.told(), [...seqs(events.slice(0, slow.frames.length - 1)), 'ConsumerTooSlow']);
  // A page or two filled it; nothing more was kept for it.
  assert.ok(slow.frames.length < 10);
  assert.deepEqual(quick.told(), seqs(events));
});

test('who takes nothing at all is closed in the end, also while it reads what is old', async (t) => {
  const host = await Host.open({ maxStandstillMs: 30, pageBytes: 150 });
  t.after(() => host.close());
  await host.tell(20);
  const slow = host.subscribe(0, Object.assign(new Sink(), { stuckAfter: 3 }));
  await slow.ended;
  assert.equal(slow.told().at(-1), 'ConsumerTooSlow');
  assert.ok(slow.frames.length < 10);
});

test('who reads old events slowly is waited for, whatever else comes', async (t) => {
  const host = await Host.open({ maxWaitingFrames: 5, maxStandstillMs: 60_000, pageBytes: 150 });
  t.after(() => host.close());
  const events = [...await host.tell(20)];
  const slow = host.subscribe(0, Object.assign(new Sink(), { stuckAfter: 3 }));
  await slow.until(5);
  events.push(...await host.tell(30));
  await tick();
  slow.stuckAfter = Infinity;
  slow.waiting = 0;
  await slow.until(50);
  assert.deepEqual(slow.told(), seqs(events));
});

test('who goes is forgotten, at any time', async () => {
  const host = await Host.open();
  await host.tell(10);
  const waiting = host.subscribe();
  const stuck = host.subscribe(0, Object.assign(new Sink(), { stuckAfter: 0 }));
  await stuck.until(2);
  const before = host.subscribe(0);
  before.end.abort();
  await host.close();
  await Promise.all([waiting.ended, stuck.ended, before.ended]);
  await host.tell(1);
  assert.deepEqual([waiting.closed, stuck.closed, before.closed], [1, 1, 1]);
  assert.equal(waiting.frames.length + before.frames.length, 0);
});

test('a log that cannot be read ends who reads, and who comes later is served', async (t) => {
  const host = await Host.open();
  t.after(() => host.close());
  await host.tell(1);
  const read = host.store.read.bind(host.store);
  host.store.read = async () => {
    throw new Error('disk');
  };
  const sink = host.subscribe(0);
  await assert.rejects(sink.ended, { message: 'disk' });
  assert.equal(sink.closed, 1);
  host.store.read = read;
  await host.subscribe(0).until(1);
});

test('at the end everybody gets all that there is, and then goes', async () => {
  const host = await Host.open();
  const old = await host.tell(3);
  const [live, behind] = [host.subscribe(), host.subscribe(0)];
  await tick();
  const events = await host.tell(2);
  host.firehose.end();
  const late = host.subscribe(old.at(-1)!.seq);
  await Promise.all([live, behind, late].map((sink) => sink.ended));
  assert.deepEqual([live.told(), behind.told(), late.told()], [seqs(events), seqs([...old, ...events]), seqs(events)]);
  assert.deepEqual([live.closed, behind.closed, late.closed], [1, 1, 1]);
});

test('what is in the log when it ends is given, announced or not', async () => {
  const host = await Host.open();
  const sink = host.subscribe();
  await tick();
  const events = await host.write(1);
  host.firehose.end();
  await sink.ended;
  assert.deepEqual(sink.told(), seqs(events));
});
