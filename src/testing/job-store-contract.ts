import { datetimeFromMs } from '../protocol/index.ts';
import type { Job, JobStore } from '../pds/index.ts';
import type { ContractCase } from './block-store-contract.ts';
import { same } from './contract-checks.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What every adapter of `JobStore` promises, but for jobs whose worker is gone. Each case wants an empty store of its own. */
export const jobStoreContract: readonly ContractCase<JobStore>[] = [
  {
    name: 'gives back what was put last, newest first',
    async run(jobs) {
      const old = jobOf('a', { startedAt: datetimeFromMs(Date.now() - 5000), error: { code: 'Cancelled', message: 'You stopped it.' } });
      const now = jobOf('b', { result: { records: 3, bytes: 10, fileName: 'x.car' } });
      await jobs.put({ ...old, done: 1 });
      await jobs.put(now);
      await jobs.put(old);
      same(await jobs.list(), [now, old], 'jobs');
    },
  },
  {
    name: 'forgets what ended more than a day ago',
    async run(jobs) {
      const long = jobOf('long', { startedAt: datetimeFromMs(Date.now() - 2 * DAY_MS) });
      const ended = jobOf('ended', { startedAt: long.startedAt, endedAt: datetimeFromMs(Date.now() - DAY_MS - 1000) });
      await jobs.put(long);
      await jobs.put(ended);
      await jobs.prune();
      same(await jobs.list(), [long], 'jobs');
    },
  },
];

function jobOf(id: string, more: Partial<Job>): Job {
  const now = datetimeFromMs(Date.now());
  return { id, kind: 'save', state: 'done', startedAt: now, endedAt: now, done: 5, total: 10, unit: 'bytes', ...more };
}
