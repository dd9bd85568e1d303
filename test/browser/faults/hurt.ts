// Drives workers that are hurt (fault-worker.ts, bundled by scripts/lib/faults-desk.mjs) from a page that nothing hurts.
import { ok } from '../assert.ts';
import type { FaultKind } from './fault-points.ts';
import type { Order, Report } from './fault-worker.ts';
import type { Given } from './restored.ts';

/** What came of an order. */
export interface Outcome {
  /** The answer of the operation, where there was one before the worker was stopped. */
  readonly given?: Given;
  readonly isStopped: boolean;
  readonly fired: number;
  readonly counts?: Readonly<Record<FaultKind, number>>;
  /** The answer to the write that followed. */
  readonly next?: Given;
}

/** Far beyond what any takes: what hangs is a fault of ours. */
export const HANG_MS = 120_000;

const spare: Promise<Worker>[] = [];

function spawn(): Promise<Worker> {
  const worker = new Worker('/faults-desk/fault-worker.js', { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.addEventListener('message', () => resolve(worker), { once: true });
    worker.addEventListener('error', (event) => {
      // One that is being ended may say so.
      event.preventDefault();
      reject(new Error(event.message));
    });
  });
}

/** Has a worker carry it out. One that stands still is ended, as a browser ends one. */
export async function carryOut(order: Order): Promise<Outcome> {
  const worker = await (spare.pop() ?? spawn());
  // The next one loads meanwhile.
  if (order.fault?.kind === 'stopped' && spare.length === 0) spare.push(spawn());
  let given: Given | undefined;
  const outcome = await new Promise<Outcome>((resolve, reject) => {
    const hangs = setTimeout(() => reject(new Error(`${JSON.stringify(order)} hangs`)), HANG_MS);
    const hear = ({ data }: MessageEvent<Report>): void => {
      if (data.type === 'given') given = data.given;
      if (data.type === 'given' || data.type === 'ready') return;
      clearTimeout(hangs);
      worker.removeEventListener('message', hear);
      if (data.type === 'failed') return reject(new Error(data.message));
      if (data.type === 'stopped') return resolve({ isStopped: true, fired: 1, ...(given !== undefined && { given }) });
      const { counts, fired, next } = data;
      resolve({ isStopped: false, fired, counts, ...(given !== undefined && { given }), ...(next !== undefined && { next }) });
    };
    worker.addEventListener('message', hear);
    worker.postMessage(order);
  });
  if (outcome.isStopped) await end(worker);
  else spare.push(Promise.resolve(worker));
  return outcome;
}

/**
 * Ends a worker, and waits until what it held is free, which is not so at once.
 * @throws Error when it is not free after a minute: the browser has not ended the worker, and whoever comes next would wait
 */
export async function end(worker: Worker): Promise<void> {
  worker.terminate();
  const taken = async (): Promise<string[]> => {
    const { held = [], pending = [] } = await navigator.locks.query();
    return [...held, ...pending].map(({ name = '' }) => name).filter((name) => /^(?:repo|maintain|blobs|packs|job):/.test(name));
  };
  let names = await taken();
  for (let tries = 0; names.length > 0; tries++) {
    ok(tries < 12_000, `a worker that was ended still holds ${names.join(', ')}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
    names = await taken();
  }
}

/** Ends every worker that waits for work. */
export async function endWorkers(): Promise<void> {
  for (const worker of spare.splice(0)) (await worker).terminate();
}

/** What this run is to do (scripts/lib/faults-desk.mjs). */
export interface Plan {
  /** Every point; else one for each kind of fault. */
  readonly isAll: boolean;
  readonly seed: number;
  /** These only, where some were named. */
  readonly wanted?: readonly { readonly operation: string; readonly kind?: string; readonly at?: number }[];
}

/** One line of the table. */
export interface Row {
  readonly operation: string;
  readonly kind: string;
  /** How many points there are, and at how many of them the fault was made to happen. */
  readonly points: number;
  readonly planned: number;
  readonly fired: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly unanswered: number;
  readonly wrong?: readonly string[];
  /** Cases that were over before they came to their point: no fault happened, and they count as none. */
  readonly past?: number;
  /** How often each of what goes on at once was not done yet when the fault happened. */
  readonly during?: Readonly<Record<string, number>>;
}

export async function readPlan(): Promise<Plan> {
  const response = await fetch('/faults-desk');
  ok(response.ok, 'there is no plan');
  return await response.json() as Plan;
}

export async function report(row: Row): Promise<void> {
  const response = await fetch('/faults-desk', { method: 'POST', body: JSON.stringify({ ...row, agent: navigator.userAgent }) });
  ok(response.ok, 'the row was not taken');
}
