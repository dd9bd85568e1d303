// A process for one target: a thread that reads, and this one, which sees when that hangs or takes too much memory.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Desk } from './desk.ts';
import { HANG_SECONDS, MAX_RISE_BYTES } from './limits.ts';
import type { Findings, LoopOptions } from './loop.ts';
import type { ThreadMessage } from './thread.ts';

/** What a run came to. */
export interface Report extends Findings {
  readonly target: string;
  readonly inputs: number;
  /** What is wrong, and the file that has the input. */
  readonly failure?: { readonly reason: string; readonly file: string };
}

const LOOK_MS = 50;
const FAILURES = new URL('../../.holdfast/fuzz/', import.meta.url);

async function watch(options: LoopOptions): Promise<Report> {
  const desk = new Desk();
  const message = await ended(options, desk);
  const base = { target: options.target, inputs: desk.count };
  if (!('reason' in message)) return { ...base, ...message };
  return { ...base, found: new Map(), digest: 0, failure: { reason: message.reason, file: written(options.target, desk.input) } };
}

function ended(options: LoopOptions, desk: Desk): Promise<ThreadMessage> {
  return new Promise((resolve) => {
    const look = watcher(desk);
    const looking = setInterval(() => {
      const reason = look();
      if (reason !== undefined) end({ reason });
    }, LOOK_MS);
    const end = (message: ThreadMessage): void => {
      clearInterval(looking);
      resolve(message);
    };
    // What grows from input to input meets the limit of the heap.
    const resourceLimits = { maxOldGenerationSizeMb: 256 };
    const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: { options, memory: desk.memory }, resourceLimits });
    worker.once('message', end);
    worker.once('error', (error: Error) => end({ reason: error.stack ?? error.message }));
    worker.once('exit', () => end({ reason: 'The reader never answered.' }));
  });
}

/** A look that says what is wrong once the input on the desk takes too much. */
function watcher(desk: Desk): () => string | undefined {
  let count = 0;
  let since = process.cpuUsage();
  let memory = 0;
  return () => {
    if (desk.count !== count || count === 0) {
      count = desk.count;
      since = process.cpuUsage();
      memory = process.memoryUsage.rss();
      return undefined;
    }
    if (process.memoryUsage.rss() - memory > MAX_RISE_BYTES) return `One input took more than ${MAX_RISE_BYTES / 1e6} MB of memory.`;
    const { user, system } = process.cpuUsage(since);
    return (user + system) / 1e6 > HANG_SECONDS ? `One input took more than ${HANG_SECONDS} seconds of a processor.` : undefined;
  };
}

function written(target: string, input: Uint8Array): string {
  mkdirSync(FAILURES, { recursive: true });
  const name = `${target}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}.bin`;
  const file = fileURLToPath(new URL(name, FAILURES));
  writeFileSync(file, input);
  return relative(process.cwd(), file);
}

process.once('message', (options: LoopOptions) => {
  // A thread that hangs ends with the process, and in no other way for certain.
  void watch(options).then((report) => process.send?.(report, () => process.exit()));
});
