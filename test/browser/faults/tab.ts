// Drives tabs (tab-worker.ts) from a page that nothing hurts.
import { ok } from '../assert.ts';
import { end as endWorker } from './hurt.ts';
import type { TabOrder, TabReport } from './tab-worker.ts';

/** What a tab has said, as long as it lived. */
export interface TabLife {
  /** Numbers of records that were acknowledged. */
  readonly acknowledged: readonly number[];
  /** Answers that were none of these. */
  readonly refused: readonly { readonly number: number; readonly status: number; readonly text: string }[];
  readonly end: 'done' | 'stopped' | 'ended';
  readonly points: number;
  readonly fired: number;
  readonly beside: readonly string[];
}

/** Runs a tab until it is done, stands still, or has answered so often: then it is ended in the middle of what comes next. */
export function runTab(order: TabOrder, endAfter = Infinity): Promise<TabLife> {
  const worker = new Worker('/faults-desk/tab-worker.js', { type: 'module' });
  const acknowledged: number[] = [];
  const refused: { number: number; status: number; text: string }[] = [];
  return new Promise((resolve, reject) => {
    let isOver = false;
    const end = (how: TabLife['end'], more: Partial<TabLife> = {}): void => {
      isOver = true;
      worker.terminate();
      const life = { acknowledged, refused, end: how, points: 0, fired: how === 'stopped' ? 1 : 0, beside: [], ...more };
      // Other tabs hold locks of their own: only one that stood still is alone.
      void (how === 'stopped' ? endWorker(worker) : Promise.resolve()).then(() => resolve(life));
    };
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      // One that is being ended may say so.
      if (!isOver) reject(new Error(event.message));
    });
    worker.addEventListener('message', ({ data }: MessageEvent<TabReport>) => {
      if (data.type === 'ready') worker.postMessage(order);
      if (data.type === 'answered') {
        if (data.status === 200) acknowledged.push(data.number);
        else refused.push(data);
        if (acknowledged.length + refused.length >= endAfter) end('ended');
      }
      if (data.type === 'stopped') end('stopped');
      if (data.type === 'done') end('done', data);
    });
  });
}

/** The record keys that begin with this, each of which must be there once. */
export function keysIn(contents: string, start: string): Set<string> {
  const accounts = JSON.parse(contents) as [string, [string, string][]][];
  const paths = accounts.find(([name]) => name === 'known')?.[1].map(([path]) => path.slice(path.indexOf('/') + 1)) ?? [];
  ok(new Set(paths).size === paths.length, 'a path twice');
  return new Set(paths.filter((path) => path.startsWith(start)));
}
