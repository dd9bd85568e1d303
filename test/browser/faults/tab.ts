// Drives tabs (tab-worker.ts) from a page that nothing hurts.
import { ok } from '../assert.ts';
import type { FaultKind } from './fault-points.ts';
import { end as endWorker, HANG_MS } from './hurt.ts';
import type { Deed, TabOrder, TabReport } from './tab-worker.ts';

/** What a tab has said, as long as it lived. */
export interface TabLife {
  /** Numbers of records that were acknowledged. */
  readonly acknowledged: readonly number[];
  /** Answers that were none of these. */
  readonly refused: readonly { readonly number: number; readonly status: number; readonly text: string }[];
  readonly end: 'done' | 'stopped' | 'ended';
  /** What was not done yet when the fault happened; left out where none did. */
  readonly during?: readonly Deed[];
  /** Of one that came to its end. */
  readonly points?: Readonly<Record<FaultKind, number>>;
  readonly beside?: readonly string[];
}

const spare: Promise<Worker>[] = [];

function spawn(): Promise<Worker> {
  const worker = new Worker('/faults-desk/tab-worker.js', { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.addEventListener('message', () => resolve(worker), { once: true });
    worker.addEventListener('error', (event) => {
      // One that is being ended may say so.
      event.preventDefault();
      reject(new Error(event.message));
    });
  });
}

/** Ends every tab that waits for work. */
export async function endTabs(): Promise<void> {
  for (const worker of spare.splice(0)) (await worker).terminate();
}

/** Runs a tab until it is done, stands still, or has answered so often: then it is ended in the middle of what comes next. */
export async function runTab(order: TabOrder, endAfter = Infinity): Promise<TabLife> {
  const worker = await (spare.pop() ?? spawn());
  // The next one loads meanwhile.
  if (order.beside?.fault?.kind === 'stopped' && spare.length === 0) spare.push(spawn());
  const acknowledged: number[] = [];
  const refused: { number: number; status: number; text: string }[] = [];
  let during: readonly Deed[] | undefined;
  const { end, ...said } = await new Promise<Pick<TabLife, 'end' | 'points' | 'beside'>>((resolve, reject) => {
    const hangs = setTimeout(() => reject(new Error(`${order.tab} hangs`)), HANG_MS);
    const over = (how: Pick<TabLife, 'end' | 'points' | 'beside'>): void => {
      clearTimeout(hangs);
      worker.removeEventListener('message', hear);
      resolve(how);
    };
    const hear = ({ data }: MessageEvent<TabReport>): void => {
      if (data.type === 'failed') clearTimeout(hangs);
      if (data.type === 'failed') return reject(new Error(data.message));
      if (data.type === 'hurt') ({ during } = data);
      if (data.type === 'hurt' && data.isStopped) return over({ end: 'stopped' });
      if (data.type === 'done') return over({ end: 'done', points: data.points, beside: data.beside });
      if (data.type !== 'answered') return undefined;
      if (data.status === 200) acknowledged.push(data.number);
      else refused.push(data);
      if (acknowledged.length + refused.length >= endAfter) over({ end: 'ended' });
      return undefined;
    };
    worker.addEventListener('message', hear);
    worker.postMessage(order);
  });
  // Other tabs hold locks of their own: only one that stood still is alone.
  if (end === 'stopped') await endWorker(worker);
  else if (end === 'ended') worker.terminate();
  else spare.push(Promise.resolve(worker));
  return { acknowledged, refused, end, ...(during !== undefined && { during }), ...said };
}

/** The record keys that begin with this, each of which must be there once. */
export function keysIn(contents: string, start: string): Set<string> {
  const accounts = JSON.parse(contents) as [string, [string, string][]][];
  const paths = accounts.find(([name]) => name === 'known')?.[1].map(([path]) => path.slice(path.indexOf('/') + 1)) ?? [];
  ok(new Set(paths).size === paths.length, 'a path twice');
  return new Set(paths.filter((path) => path.startsWith(start)));
}
