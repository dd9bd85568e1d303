// A tab that writes one record after the other, and does what else it is told beside it; hurt where that is asked for.
import { parseDid, sha256Ready } from '../../../src/protocol/index.ts';
import { createPds, EventFeed, HOUSE_METHODS } from '../../../src/pds/index.ts';
import { openHouse } from '../../../src/storage/idb/index.ts';
import { FaultPoints } from './fault-points.ts';
import type { FaultKind } from './fault-points.ts';
import { asking, DID, note, writing } from './operations.ts';
import { longReading } from './long-reading.ts';
import { restored } from './restored.ts';
import type { Files } from './restored.ts';

/** What a tab is to do. */
export interface TabOrder {
  readonly name: string;
  /** Records are `<tab>-<number>`, from `from` to below `to`; their requests have the same ids whoever asks again. */
  readonly tab: string;
  readonly from: number;
  readonly to: number;
  /** Compaction, a long reading and an import go on beside it; writes go on until they are done. */
  readonly beside?: { readonly files: Files; readonly fault?: { readonly kind: FaultKind; readonly at: number } };
}

/** What goes on beside the writes. */
export type Deed = 'compaction' | 'reading' | 'import';

/** What a tab says: each answer as it comes. */
export type TabReport =
  | { readonly type: 'ready' }
  | { readonly type: 'answered'; readonly number: number; readonly status: number; readonly text: string }
  /** The fault happens, while these are not done. */
  | { readonly type: 'hurt'; readonly during: readonly Deed[]; readonly isStopped: boolean }
  /** With the points of each kind that there were before all that went on beside it was done, and what came of each. */
  | { readonly type: 'done'; readonly points: Readonly<Record<FaultKind, number>>; readonly beside: readonly string[] }
  | { readonly type: 'failed'; readonly message: string };

interface Scope {
  addEventListener(type: 'message', listener: (event: MessageEvent<TabOrder>) => void): void;
  postMessage(report: TabReport): void;
}

/** More writes than this no case needs. */
const MOST_WRITES = 2_000;

const scope = globalThis as unknown as Scope;
const points = new FaultPoints();

scope.addEventListener('message', ({ data }) => {
  void work(data).catch((error: unknown) => scope.postMessage({ type: 'failed', message: String((error as Error).stack ?? error) }));
});
scope.postMessage({ type: 'ready' });

async function work({ name, tab, from, to, beside }: TabOrder): Promise<void> {
  await sha256Ready;
  const house = await openHouse(name);
  const { store, blobs, jobs } = house;
  const pds = createPds({ store, blobs, jobs, feed: new EventFeed(), version: '1', did: parseDid('did:web:house.test') }, HOUSE_METHODS);
  const { fault, files } = beside ?? {};
  const during = new Set<Deed>();
  points.arm(fault && { ...fault, tell: () => scope.postMessage({ type: 'hurt', during: [...during], isStopped: fault.kind === 'stopped' }) });
  const state = { isDone: files === undefined, points: { ...points.counts } };
  const deed = (which: Deed, deeds: Promise<unknown>): Promise<string> => {
    during.add(which);
    return outcome(deeds).finally(() => during.delete(which));
  };
  const going = files === undefined ? Promise.resolve([]) : Promise.all([
    deed('compaction', store.maintain(DID)), deed('reading', longReading(house)), deed('import', restored(house, 'the-restore-beside', files)),
  ]).finally(() => {
    state.isDone = true;
    state.points = { ...points.counts };
    points.disarm();
  });
  for (let number = from; number < to || (number < MOST_WRITES && !state.isDone); number++) {
    const given = await asking(pds, `${tab}-writes-${number}`, writing('createRecord', { rkey: `${tab}-${number}`, record: note(`${tab} ${number}`) }));
    scope.postMessage({ type: 'answered', number, ...given });
  }
  const said = await going;
  await house.close();
  scope.postMessage({ type: 'done', points: state.points, beside: said });
}

const outcome = (work: Promise<unknown>): Promise<string> => work.then((given) => JSON.stringify(given ?? 'done'), (error: unknown) => String(error));
