import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Log } from '../log.ts';
import type { OnProgress, Progress } from './faults.ts';
import type { Verified } from './verify.ts';

/** What the thread that makes a backup says. */
export type FromWorker = { readonly progress: Progress } | { readonly verified: Verified } | { readonly failure: string };

export interface BackupsOptions {
  /** The folder of the mirror. */
  readonly folder: string;
  /** The folder in which each backup is a folder, named by its time. */
  readonly backups: string;
  readonly version: string;
  readonly now: () => number;
  readonly log: Log;
}

/** A backup that was made. */
export interface MadeBackup extends Verified {
  readonly folder: string;
}

/** Makes backups of a mirror that runs, one at a time, on a thread of their own. */
export class Backups {
  readonly #options: BackupsOptions;
  #running: { readonly worker: Worker; readonly to: string; readonly made: Promise<MadeBackup> } | undefined;
  #closed = false;

  constructor(options: BackupsOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#running !== undefined || this.#closed;
  }

  /** Only where none is running. @throws Error in words for the operator; the mirror is as it was */
  make(onProgress: OnProgress): Promise<MadeBackup> {
    const { folder, backups, version, now, log } = this.#options;
    const to = join(backups, new Date(now()).toISOString().replace(/[:.]/g, '-'));
    const worker = new Worker(join(import.meta.dirname, 'backup-worker.ts'), { workerData: { from: folder, to, version } });
    const made = outcome(worker, onProgress).then((verified) => {
      const wrong = verified.faults.length;
      log(`A backup is in ${to}${wrong > 0 ? `; ${wrong} things in it are wrong, as they are in the mirror: verify it` : ''}`, ...wrong > 0 ? ['error'] as const : []);
      return { ...verified, folder: to };
    }, (error: unknown) => {
      log(`No backup was made: ${(error as Error).message}`, 'error');
      throw error;
    }).finally(() => this.#running = undefined);
    this.#running = { worker, to, made };
    return made;
  }

  /** Ends what is being made, and leaves nothing of it. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#running === undefined) return;
    const { worker, to, made } = this.#running;
    await worker.terminate();
    await made.catch(() => undefined);
    await rm(`${to}.unfinished`, { recursive: true, force: true });
  }
}

function outcome(worker: Worker, onProgress: OnProgress): Promise<Verified> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      if ('progress' in message) onProgress(message.progress);
      else if ('verified' in message) resolve(message.verified);
      else reject(new Error(message.failure));
    });
    worker.once('error', (error) => reject(error));
    // After what it has said.
    worker.once('exit', () => reject(new Error('The mirror was stopped meanwhile.')));
  });
}
