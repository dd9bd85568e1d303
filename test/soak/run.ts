// Many houses and one mirror for a long time, with a fault every so often: is all there afterwards, and does nothing grow.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { MirrorUnderFault } from '../faults/support/mirror-under-fault.ts';
import { readFirehose } from '../support/firehose-reader.ts';
import { makeHouse, succeed } from '../support/street-world.ts';
import type { NodeHouse } from '../support/street-world.ts';

export interface SoakOptions {
  readonly houses: number;
  readonly minutes: number;
  /** Between two faults. */
  readonly everyMs: number;
  readonly say: (line: string) => void;
}

/** What a process takes. */
interface Taken {
  readonly seconds: number;
  readonly megabytes: number;
  readonly descriptors: number;
}

/** Records that a house writes over and over, so that what is kept does not grow. */
const KEYS = 50;
const BETWEEN_WRITES_MS = 2_000;
/** The last life of the mirror begins by then, and is as long as the rest: what grows slowly is not seen in a short one. */
const LAST_LIFE = 1 / 3;
/** Of the second half of that life, against the first. */
const MOST_GROWTH = 1.25;

/** Runs it. @returns what was wrong; nothing where all was well */
export async function soak({ houses: count, minutes, everyMs, say }: SoakOptions): Promise<readonly string[]> {
  const mirror = await MirrorUnderFault.make({ requestsIn5Minutes: 1_000_000 });
  const wrong: string[] = [];
  const end = new AbortController();
  const houses: NodeHouse[] = [];
  try {
    await mirror.start();
    for (let index = 0; index < count; index++) {
      const house = await makeHouse(mirror.world, `house${index}`);
      await house.pair();
      houses.push(house);
    }
    say(`${count} houses are paired`);
    const writing = houses.map((house, index) => writeOn(house, index, end.signal));
    const taken: Taken[] = [];
    const begun = performance.now();
    const part = (): number => (performance.now() - begun) / (minutes * 60_000);
    let faults = 0;
    let inUse: number | undefined;
    for (let next = begun + everyMs; part() < 1; next += everyMs) {
      await pause(Math.max(0, next - performance.now()));
      const now = takenBy(mirror.process.pid!, (performance.now() - begun) / 1_000);
      const kinds = part() < LAST_LIFE ? FAULTS : FAULTS.filter(({ isDeadly }) => isDeadly !== true);
      const fault = kinds[faults++ % kinds.length]!;
      say(`${now.seconds.toFixed(0)} s: the mirror takes ${now.megabytes.toFixed(0)} MB and ${now.descriptors} descriptors; ${fault.name}`);
      await fault.make(mirror, houses);
      if (fault.isDeadly === true) [taken.length, inUse] = [0, undefined];
      else taken.push(now);
      // Everything has been done once.
      if (taken.length === FAULTS.length) inUse = await mirror.memoryInUse();
    }
    end.abort();
    const written = (await Promise.all(writing)).reduce((sum, each) => sum + each, 0);
    for (const house of houses) wrong.push(...await settled(mirror, house));
    wrong.push(...growth(taken));
    const inUseNow = await mirror.memoryInUse();
    const was = inUse === undefined ? '' : `, ${inUse.toFixed(1)} MB at the beginning of its life`;
    say(`${written} changes by ${count} houses, ${faults} faults; of its memory ${inUseNow.toFixed(1)} MB are in use${was}`);
    if (inUse !== undefined && inUseNow > inUse * MOST_GROWTH) wrong.push(`More and more of the mirror's memory is in use${was}, then ${inUseNow.toFixed(1)} MB`);
    if (inUse === undefined) wrong.push('The last life of the mirror was too short: whether its memory grows was not seen.');
    if (faults < FAULTS.length) wrong.push(`Only ${faults} faults: not every kind was made.`);
  } finally {
    end.abort();
    for (const house of houses) house.disconnect();
    // Holds all that was ever emitted to the rules of consumers, and all that is kept to what it must be.
    await mirror.end();
  }
  return wrong;
}

interface Fault {
  readonly name: string;
  readonly isDeadly?: boolean;
  make(mirror: MirrorUnderFault, houses: readonly NodeHouse[]): Promise<void>;
}

const FAULTS: readonly Fault[] = [
  {
    name: 'killed and started again', isDeadly: true,
    async make(mirror) {
      await mirror.kill();
      await mirror.start();
    },
  },
  {
    name: 'half of the houses go and come back',
    async make(_, houses) {
      const some = houses.filter((_house, index) => index % 2 === 0);
      for (const house of some) house.disconnect();
      await pause(2_000);
      for (const house of some) house.connect();
    },
  },
  {
    name: 'stood still for five seconds',
    async make({ process: { pid } }) {
      process.kill(pid!, 'SIGSTOP');
      await pause(5_000);
      process.kill(pid!, 'SIGCONT');
    },
  },
  {
    name: 'twenty readers of everything came and went',
    async make({ world }) {
      const readers = await Promise.all(Array.from({ length: 20 }, () => readFirehose(world.mirror, 0)));
      await pause(1_000);
      for (const reader of readers) reader.close();
    },
  },
  {
    name: 'two hundred requests at once',
    async make({ world }, houses) {
      await Promise.all(Array.from({ length: 200 }, async (_, index) => {
        // Kept open they would be there for a minute, and be counted.
        const response = await fetch(`${world.mirror}/xrpc/com.atproto.sync.getRepo?did=${houses[index % houses.length]!.did}`, { headers: { connection: 'close' } });
        await response.arrayBuffer();
      }));
    },
  },
];

/** Writes until it is to end; how often. */
async function writeOn({ house, did }: NodeHouse, index: number, signal: AbortSignal): Promise<number> {
  let written = 0;
  while (!signal.aborted) {
    await succeed(house, 'com.atproto.repo.putRecord', {
      repo: did, collection: 'app.holdfast.note', rkey: `n${written % KEYS}`, record: { $type: 'app.holdfast.note', text: `${index}, ${written}` },
    });
    written++;
    await pause(BETWEEN_WRITES_MS * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
  }
  return written;
}

/** Whether the mirror has what the house has, to the byte. */
async function settled({ world }: MirrorUnderFault, { house, did }: NodeHouse): Promise<readonly string[]> {
  for (const end = Date.now() + 60_000; ; await pause(100)) {
    const { waiting, alarm } = (await house.get('app.holdfast.bridge.describe', { did })).body['mirror'] as { waiting: number; alarm?: { message: string } };
    if (alarm !== undefined) return [`${did} is alarmed: ${alarm.message}`];
    if (waiting === 0) break;
    if (Date.now() > end) return [`${did} still waits with ${waiting} commits`];
  }
  const car = Buffer.from(await (await fetch(`${world.mirror}/xrpc/com.atproto.sync.getRepo?did=${did}`)).arrayBuffer());
  return car.equals(Buffer.from(await house.car(did as never))) ? [] : [`The mirror has another repository of ${did}`];
}

function takenBy(pid: number, seconds: number): Taken {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return { seconds, megabytes: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024, descriptors: readdirSync(`/proc/${pid}/fd`).length };
}

/** What grew in the last life of the mirror, by the middle of each half. */
function growth(taken: readonly Taken[]): readonly string[] {
  const half = taken.length >> 1;
  if (half < 2) return [];
  return (['megabytes', 'descriptors'] as const).flatMap((what) => {
    const [first, second] = [taken.slice(0, half), taken.slice(-half)].map((part) => median(part.map((each) => each[what]))) as [number, number];
    return second > first * MOST_GROWTH ? [`The mirror takes more and more ${what}: ${first.toFixed(0)}, then ${second.toFixed(0)}`] : [];
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
