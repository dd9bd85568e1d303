import { runJob } from '../../../src/jobs/run-job.ts';
import type { LongJobMessage } from '../../../src/jobs/messages.ts';
import type { House } from '../../../src/storage/idb/index.ts';

/** What a restore is made of, made by the page. */
export interface Files {
  readonly kit: Blob;
  readonly passphrase: string;
  readonly car: Blob;
}

/** How the house answered: 200 is acknowledged. */
export interface Given {
  readonly status: number;
  readonly text: string;
}

/** Runs the job that brings an account into this house, without any network. */
export async function restored({ store, blobs, jobs }: House, id: string, files: Files): Promise<Given> {
  let last: LongJobMessage | undefined;
  // A clock that stands: how often a job writes down how far it is would depend on the time it takes.
  const now = Date.now();
  await runJob({ job: 'restore', id, ...files }, {
    store, blobs, jobs, now: () => now, tell: () => undefined,
    fetch: () => Promise.reject(new TypeError('no network')),
    settings: async () => ({ directory: 'http://localhost:9' }),
    ownPlace: () => Promise.reject(new TypeError('no files')),
  }, new AbortController().signal, (message) => {
    last = message;
  });
  return last?.type === 'done' ? { status: 200, text: '' } : { status: 500, text: JSON.stringify(last) };
}
