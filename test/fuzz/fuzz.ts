import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LoopOptions } from './loop.ts';
import type { Report } from './watch.ts';

const WATCH = fileURLToPath(new URL('./watch.ts', import.meta.url));

/** Fuzzes one target in a process of its own. */
export function fuzz(options: LoopOptions): Promise<Report> {
  const child = fork(WATCH, { serialization: 'advanced', execArgv: [] });
  return new Promise((resolve, reject) => {
    child.once('message', (report) => resolve(report as Report));
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`The process that fuzzes ${options.target} ended (${String(signal ?? code)}).`)));
    child.send(options);
  });
}

/** The command that reads the input of a failure again. */
export function replayCommand({ target, failure }: Report): string {
  return `npm run fuzz -- --target ${target} --replay ${failure!.file}`;
}
