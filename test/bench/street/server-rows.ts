// What the servers do with many commits, many records and many subscribers.
import type { Row } from '../measure.ts';
import { timed } from '../measure.ts';
import { Generator } from '../generator.ts';
import { nowMs } from './clock.ts';
import { Listener } from './listener.ts';
import type { StreetPeer, Writer } from './peer.ts';
import { percentile } from './percentile.ts';
import { watchPeak, watchProcessor } from './server-process.ts';

/** How much is measured. */
export interface Amounts {
  readonly commits: number;
  readonly records: number;
  readonly subscribers: number;
  readonly news: number;
  /** Of the larger repository. */
  readonly manyRecords: number;
}

type Measured = Record<string, number | undefined>;

const ACCOUNTS = 8;
/** Writes of one account under way at once: what a house sends ahead of its receipts. */
const AHEAD = 32;
const ROUNDS = 5;

const UNITS: readonly (readonly [what: string, unit: string, lower: boolean])[] = [
  ['ingest, one account', 'commits/s', false],
  [`ingest, ${ACCOUNTS} accounts at once`, 'commits/s', false],
  ['ingest, of a processor', 'ms/commit', true],
  ['ingest, memory above idle', 'MB', true],
  ['getRepo', 'MB/s', false],
  ['getRepo, memory above idle', 'MB', true],
  ['getRepo of many records', 'MB/s', false],
  ['getRepo of many records, memory', 'MB', true],
  ['backfill from 0', 'frames/s', false],
  ['backfill from 0', 'MB/s', false],
  ['backfill, of a processor', 'µs/frame', true],
  ['backfill from 0, all subscribers', 'frames/s', false],
  ['… of a processor', 'µs/frame', true],
  ['fan-out, delivered', 'frames/s', false],
  ['fan-out, of a processor', 'µs/frame', true],
  ['fan-out, the same without the ingest', 'µs/frame', true],
  ['fan-out, one commit, p50', 'ms', true],
  ['fan-out, one commit, p95', 'ms', true],
];

/** Every peer does all of it before the next does, so that none waits beside another's work. */
export async function measureServers(peers: readonly StreetPeer[], amounts: Amounts): Promise<Row[]> {
  const all: Measured[] = [];
  for (const peer of peers) all.push(await measureServer(peer, amounts));
  return UNITS.map(([what, unit, lower]) => ({ what, unit, lower, values: all.map((measured) => measured[`${what} ${unit}`]) }));
}

async function measureServer(peer: StreetPeer, amounts: Amounts): Promise<Measured> {
  const taken = await ingest(peer, amounts.commits);
  return {
    ...taken, ...await backfill(peer, 2 * amounts.commits), ...await backfillOfMany(peer, amounts.commits, amounts.subscribers),
    ...await getRepo(peer, amounts.records, 'getRepo', 'getRepo, memory above idle'),
    ...await getRepo(peer, amounts.manyRecords, 'getRepo of many records', 'getRepo of many records, memory'),
    ...await fanOut(peer, amounts, taken['ingest, of a processor ms/commit']),
  };
}

async function ingest(peer: StreetPeer, commits: number): Promise<Measured> {
  const alone = await peer.writers(1, commits);
  const together = await peer.writers(ACCOUNTS, commits / ACCOUNTS);
  const peak = watchPeak(peer.pid);
  const used = watchProcessor(peer.pid);
  const one = await timed(() => pour(alone, commits, AHEAD));
  const many = await timed(() => pour(together, commits / ACCOUNTS, AHEAD));
  const ms = used();
  for (const writer of [...alone, ...together]) writer.close();
  return {
    'ingest, one account commits/s': (commits / one) * 1000,
    [`ingest, ${ACCOUNTS} accounts at once commits/s`]: (commits / many) * 1000,
    'ingest, of a processor ms/commit': ms && ms / commits / 2,
    'ingest, memory above idle MB': peak(),
  };
}

/** Every writer writes so many posts, some of them at once. */
async function pour(writers: readonly Writer[], posts: number, ahead: number): Promise<void> {
  await Promise.all(writers.map(async (writer) => {
    let left = posts;
    const lane = async (): Promise<void> => {
      while (left-- > 0) await writer.write();
    };
    await Promise.all(Array.from({ length: ahead }, lane));
  }));
}

/** So many commits from the beginning, which was just ingested. */
async function backfill(peer: StreetPeer, commits: number): Promise<Measured> {
  let best = { frames: 0, megabytes: 0 };
  const read = async (): Promise<void> => {
    const start = performance.now();
    const listener = await Listener.open(peer.url, 0);
    await listener.until(commits);
    const seconds = (performance.now() - start) / 1000;
    const { bytes } = listener;
    listener.close();
    if (commits / seconds > best.frames) best = { frames: commits / seconds, megabytes: bytes / 1e6 / seconds };
  };
  for (let round = 0; round < ROUNDS; round++) await read();
  const used = watchProcessor(peer.pid);
  for (let round = 0; round < ROUNDS; round++) await read();
  const ms = used();
  return {
    'backfill from 0 frames/s': best.frames, 'backfill from 0 MB/s': best.megabytes, 'backfill, of a processor µs/frame': ms && (ms * 1000) / commits / ROUNDS,
  };
}

/** The same by many at once, of half as many commits. */
async function backfillOfMany(peer: StreetPeer, commits: number, subscribers: number): Promise<Measured> {
  const used = watchProcessor(peer.pid);
  const ms = await timed(() => Promise.all(Array.from({ length: subscribers }, async () => {
    const listener = await Listener.open(peer.url, 0);
    await listener.until(commits);
    listener.close();
  })));
  const processor = used();
  const frames = subscribers * commits;
  return { 'backfill from 0, all subscribers frames/s': (frames / ms) * 1000, '… of a processor µs/frame': processor && (processor * 1000) / frames };
}

async function getRepo(peer: StreetPeer, records: number, speed: string, memory: string): Promise<Measured> {
  const did = await peer.accountWith(new Generator(1).items(records));
  const peak = watchPeak(peer.pid);
  const speeds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let bytes = 0;
    const ms = await timed(async () => {
      const response = await fetch(`${peer.url}/xrpc/com.atproto.sync.getRepo?did=${did}`);
      if (!response.ok) throw new Error(await response.text());
      for await (const chunk of response.body!) bytes += chunk.length;
    });
    speeds.push(bytes / ms / 1000);
  }
  return { [`${speed} MB/s`]: Math.max(...speeds), [`${memory} MB`]: peak() };
}

async function fanOut(peer: StreetPeer, { subscribers, news }: Amounts, ingestMs: number | undefined): Promise<Measured> {
  const [writer] = await peer.writers(1, 2 * news);
  const listeners = await Promise.all(Array.from({ length: subscribers }, () => Listener.open(peer.url)));
  await Promise.all(listeners.map((listener) => listener.quiet()));
  const all = (count: number): Promise<unknown> => Promise.all(listeners.map((listener) => listener.until(count)));
  const used = watchProcessor(peer.pid);
  const ms = await timed(() => Promise.all([pour([writer!], news, AHEAD), all(news)]));
  const processor = used();
  const latencies: number[] = [];
  for (let i = news; i < 2 * news; i++) {
    const start = nowMs();
    await Promise.all([writer!.write(), all(i + 1)]);
    latencies.push(...listeners.map(({ times }) => times[i]! - start));
  }
  writer!.close();
  for (const listener of listeners) listener.close();
  return {
    'fan-out, delivered frames/s': (subscribers * news / ms) * 1000,
    'fan-out, of a processor µs/frame': processor && (processor * 1000) / subscribers / news,
    'fan-out, the same without the ingest µs/frame': processor && ingestMs && ((processor - news * ingestMs) * 1000) / subscribers / news,
    'fan-out, one commit, p50 ms': percentile(latencies, 50),
    'fan-out, one commit, p95 ms': percentile(latencies, 95),
  };
}
