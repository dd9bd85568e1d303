// The thread in which a loop runs: whoever started it can see it hang, and end it.
import { parentPort, workerData } from 'node:worker_threads';
import { Desk } from './desk.ts';
import { Loop } from './loop.ts';
import type { Findings, LoopOptions } from './loop.ts';

/** What the thread says at its end: what was met, or what is wrong. */
export type ThreadMessage = Findings | { readonly reason: string };

const { options, memory } = workerData as { readonly options: LoopOptions; readonly memory: SharedArrayBuffer };
let message: ThreadMessage;
try {
  message = await new Loop(options, new Desk(memory)).run();
} catch (error) {
  message = { reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
parentPort?.postMessage(message);
