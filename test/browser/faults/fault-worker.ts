// A worker with the production modules, hurt as it is told (fault-points.ts).
import { parseDid, sha256Ready } from '../../../src/protocol/index.ts';
import { createPds, EventFeed, HOUSE_METHODS, KIT_METHODS } from '../../../src/pds/index.ts';
import type { HousePds } from '../../../src/pds/index.ts';
import { openHouse } from '../../../src/storage/idb/index.ts';
import type { House } from '../../../src/storage/idb/index.ts';
import { FaultPoints } from './fault-points.ts';
import type { FaultKind } from './fault-points.ts';
import { asking, DID, note, operationCase, writing } from './operations.ts';
import type { OperationName } from './operations.ts';
import { restored } from './restored.ts';
import type { Files, Given } from './restored.ts';

/** What the worker is to do. */
export interface Order {
  readonly name: string;
  /** Left out, nothing but the write that follows is done. */
  readonly operation?: OperationName;
  readonly requestId: string;
  readonly fault?: { readonly kind: FaultKind; readonly at: number };
  /** Whether a write follows in the same worker, which nothing hurts. */
  readonly goesOn: boolean;
  readonly files?: Files;
}

/** What the worker says. */
export type Report =
  | { readonly type: 'ready' }
  | { readonly type: 'given'; readonly given: Given }
  /** It stands still. */
  | { readonly type: 'stopped' }
  | { readonly type: 'done'; readonly counts: Readonly<Record<FaultKind, number>>; readonly fired: number; readonly next?: Given }
  | { readonly type: 'failed'; readonly message: string };

interface Scope {
  addEventListener(type: 'message', listener: (event: MessageEvent<Order>) => void): void;
  postMessage(report: Report): void;
}

const scope = globalThis as unknown as Scope;
const points = new FaultPoints();
const FINE: Given = { status: 200, text: '' };

scope.addEventListener('message', ({ data }) => {
  void carryOut(data).catch((error: unknown) => scope.postMessage({ type: 'failed', message: String((error as Error).stack ?? error) }));
});
scope.postMessage({ type: 'ready' });

async function carryOut(order: Order): Promise<void> {
  await sha256Ready;
  const { name, operation, fault, goesOn } = order;
  // The sweep that opening begins is over before anything is counted.
  let house = operation === 'schema upgrade' ? undefined : await openHouse(name);
  await quiet();
  points.arm(fault && { ...fault, tell: () => fault.kind === 'stopped' && scope.postMessage({ type: 'stopped' }) });
  if (operation !== undefined) {
    const result = await done(operation, house, order);
    scope.postMessage({ type: 'given', given: result.given });
    house = result.house ?? house;
  }
  await quiet();
  const { counts, fired } = points;
  points.disarm();
  const next = goesOn ? await asking(serving(house!), 'the-write-that-follows', writing('createRecord', { rkey: 'next', record: note('next') })) : undefined;
  await quiet();
  await house?.close();
  scope.postMessage({ type: 'done', counts: { ...counts }, fired, ...(next !== undefined && { next }) });
}

/** Its connection may be gone: then another is opened by the next who asks. */
const servers = new WeakMap<House, HousePds>();

function serving(house: House): HousePds {
  const { store, blobs, jobs } = house;
  const known = servers.get(house) ?? createPds({ store, blobs, jobs, feed: new EventFeed(), version: '1', did: parseDid('did:web:house.test') }, [...HOUSE_METHODS, ...KIT_METHODS]);
  servers.set(house, known);
  return known;
}

async function done(operation: OperationName, house: House | undefined, order: Order): Promise<{ readonly given: Given; readonly house?: House }> {
  const request = operationCase(operation).request?.(order.requestId);
  if (request !== undefined) return { given: await asking(serving(house!), order.requestId, request) };
  try {
    if (operation === 'schema upgrade') return { house: await openHouse(order.name), given: FINE };
    if (operation === 'restore') return { given: await restored(house!, order.requestId, order.files!) };
    await house!.store.maintain(DID);
    return { given: FINE };
  } catch (error) {
    return { given: { status: 500, text: String(error) } };
  }
}

/** Until nothing runs on the database, and nobody holds or waits for a lock of a house. */
async function quiet(): Promise<void> {
  for (let calm = 0; calm < 3;) {
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
    const { held = [], pending = [] } = await navigator.locks.query();
    const isBusy = [...held, ...pending].some(({ name = '' }) => /^(?:repo|maintain|blobs|packs|job):/.test(name));
    calm = points.isBusy || isBusy ? 0 : calm + 1;
  }
}
