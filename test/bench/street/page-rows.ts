// A write in the page, until a consumer of the mirror has its frame; and where the time goes on the way.
import { setTimeout as pause } from 'node:timers/promises';
import type { Row } from '../measure.ts';
import { clockSkew, nowMs } from './clock.ts';
import { Listener } from './listener.ts';
import { startPageHouse } from './page-house.ts';
import type { Mark, PageHouse, Written } from './page-house.ts';
import type { StreetPeer, Writer } from './peer.ts';
import { percentile } from './percentile.ts';

/** Long enough for everything that a write sets off. */
const GAP_MS = 250;
const WARM_UP = 20;

interface Latencies {
  readonly written: readonly Written[];
  /** When the frames came, in the same order. */
  readonly frames: readonly number[];
}

/** The rows, and lines about the way of a write. */
export async function measureWrites(reference: StreetPeer, count: number): Promise<{ readonly rows: Row[]; readonly way: string[] }> {
  const house = await startPageHouse();
  const [writer] = await reference.writers(1, 2 * count + WARM_UP);
  try {
    const listener = await Listener.open(house.mirror);
    const other = await Listener.open(reference.url);
    await Promise.all([listener.quiet(), other.quiet()]);
    const skew = clockSkew();
    const inPage = async (gapMs: number, count: number): Promise<Latencies> => {
      const from = listener.times.length;
      const written = await house.write(count, gapMs);
      await listener.until(from + count);
      return { written, frames: listener.times.slice(from).map((time) => time - skew) };
    };
    const inReference = async (gapMs: number, count: number): Promise<Latencies> => {
      const from = other.times.length;
      const written = await writeOver(writer!, count, gapMs);
      await other.until(from + count);
      return { written, frames: other.times.slice(from) };
    };
    await inPage(GAP_MS, WARM_UP);
    await inReference(GAP_MS, WARM_UP);
    const emptyTrip = percentile(await house.emptyTrips(), 50);
    await house.marks();
    const before = await house.processor();
    const page = await inPage(GAP_MS, count);
    const after = await house.processor();
    const way = await wayOf(house, page);
    const single = [page, await inReference(GAP_MS, count)];
    const rapid = [await inPage(0, count), await inReference(0, count)];
    listener.close();
    other.close();
    return {
      way: [`in ${house.browser}; a question that the worker answers without its store takes ${emptyTrip.toFixed(1)} ms`, ...way, `  of a processor: ${usedBetween(before, after, count)}`],
      rows: [...rowsOf('single', single), ...rowsOf('rapid', rapid)],
    };
  } finally {
    await house.close();
  }
}

async function writeOver(writer: Writer, count: number, gapMs: number): Promise<Written[]> {
  const written: Written[] = [];
  for (let i = 0; i < count; i++) {
    const started = nowMs();
    await writer.write();
    written.push({ started, answered: nowMs() });
    if (gapMs > 0) await pause(gapMs);
  }
  return written;
}

function rowsOf(how: string, measured: readonly Latencies[]): Row[] {
  const row = (what: string, value: (latencies: Latencies) => number): Row => (
    { what: `${what}, ${how}`, unit: 'ms', lower: true, values: measured.map(value) });
  const toFrame = ({ written, frames }: Latencies): number[] => written.map(({ started }, index) => frames[index]! - started);
  return [
    row('write to frame p50', (latencies) => percentile(toFrame(latencies), 50)),
    row('write to frame p95', (latencies) => percentile(toFrame(latencies), 95)),
    row('write to answer p50', ({ written }) => percentile(written.map(({ started, answered }) => answered - started), 50)),
  ];
}

/** What lies between the moments of a write: medians. */
async function wayOf(house: PageHouse, { written, frames }: Latencies): Promise<string[]> {
  const marks = await house.marks();
  const { received, told } = await house.mirrorTimes();
  const steps: readonly (readonly [string, (index: number) => number | undefined])[] = [
    ['asked', (index) => written[index]!.started],
    ['until it is handed to the socket (signed and stored, the page told)', (index) => markOf(marks, 'send', written[index]!.started)?.started],
    ['until the mirror has read it', (index) => received[received.length - written.length + index]],
    ['until it is verified and stored', (index) => told[told.length - written.length + index]],
    ['until a consumer has the frame', (index) => frames[index]],
  ];
  return steps.slice(1).map(([what, at], step) => {
    const times = written.map((_, index) => at(index)! - steps[step]![1](index)!).filter((time) => !Number.isNaN(time));
    return `  ${percentile(times, 50).toFixed(1).padStart(5)} ms ${what}`;
  });
}

function usedBetween(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>, count: number): string {
  return Object.entries(after).map(([what, ms]) => `${what} ${((ms - (before[what] ?? 0)) / count).toFixed(1)} ms`).join(', ');
}

const markOf = (marks: readonly Mark[], what: string, after: number): Mark | undefined => (
  marks.find((mark) => mark.what === what && mark.started > after));
