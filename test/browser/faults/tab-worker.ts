// A tab that writes one record after the other, and does what else it is told beside it; hurt where that is asked for.
import { parseDid, sha256Ready } from '../../../src/protocol/index.ts';
import { createPds, EventFeed } from '../../../src/pds/index.ts';
import { repositoryBlocks } from '../../../src/repo/index.ts';
import { openHouse } from '../../../src/storage/idb/index.ts';
import type { House } from '../../../src/storage/idb/index.ts';
import { FaultPoints } from './fault-points.ts';
import type { FaultKind } from './fault-points.ts';
import { asking, DID, note, writing } from './operations.ts';
import { restored } from './restored.ts';
import type { Files } from './restored.ts';

/** What a tab is to do. */
export interface TabOrder {
  readonly name: string;
  /** Records are `<tab>-<number>`, from `from` to below `to`; their requests have the same ids whoever asks again. */
  readonly tab: string;
  readonly from: number;
  readonly to: number;
  /** Compaction, a long reading and an import go on beside it; writes go on until they and the fault are done. */
  readonly beside?: { readonly files: Files; readonly fault?: { readonly kind: FaultKind; readonly at: number } };
}

/** What a tab says: each answer as it comes. */
export type TabReport =
  | { readonly type: 'ready' }
  | { readonly type: 'answered'; readonly number: number; readonly status: number; readonly text: string }
  | { readonly type: 'stopped' }
  | { readonly type: 'done'; readonly points: number; readonly fired: number; readonly beside: readonly string[] };

interface Scope {
  addEventListener(type: 'message', listener: (event: MessageEvent<TabOrder>) => void): void;
  postMessage(report: TabReport): void;
}

/** More writes than this are not needed to come to a point. */
const MOST_WRITES = 2_000;

const scope = globalThis as unknown as Scope;
const points = new FaultPoints();

scope.addEventListener('message', ({ data }) => void work(data));
scope.postMessage({ type: 'ready' });

async function work({ name, tab, from, to, beside }: TabOrder): Promise<void> {
  await sha256Ready;
  const house = await openHouse(name);
  const { store, blobs, jobs } = house;
  const pds = createPds({ store, blobs, jobs, feed: new EventFeed(), version: '1', did: parseDid('did:web:house.test') });
  const { fault, files } = beside ?? {};
  points.arm(fault && { ...fault, tell: () => scope.postMessage({ type: 'stopped' }) });
  const state = { isDone: beside === undefined };
  const going = Promise.all([
    beside === undefined ? 'nothing' : outcome(store.maintain(DID)),
    beside === undefined ? 'nothing' : outcome(longReading(house)),
    files === undefined ? 'nothing' : outcome(restored(house, 'the-restore-beside', files)),
  ]).finally(() => {
    state.isDone = true;
  });
  const isDue = (number: number): boolean => number < to || (number < MOST_WRITES && (!state.isDone || (fault !== undefined && points.fired === 0)));
  for (let number = from; isDue(number); number++) {
    const given = await asking(pds, `${tab}-writes-${number}`, writing('createRecord', { rkey: `${tab}-${number}`, record: note(`${tab} ${number}`) }));
    scope.postMessage({ type: 'answered', number, ...given });
  }
  const said = await going;
  const count = points.counts.stopped;
  const { fired } = points;
  points.disarm();
  await house.close();
  scope.postMessage({ type: 'done', points: count, fired, beside: said });
}

async function longReading({ store }: House): Promise<void> {
  await store.reading(DID, async ({ head }, reader) => {
    const [bytes] = await reader.read([head.cid]);
    for await (const run of repositoryBlocks(reader, { cid: head.cid, bytes: bytes! }, head.data)) {
      await new Promise((resolve) => {
        setTimeout(resolve, run.length % 7);
      });
    }
  });
}

const outcome = (work: Promise<unknown>): Promise<string> => work.then((given) => JSON.stringify(given ?? 'done'), (error: unknown) => String(error));
