import { datetimeToMs } from '../../protocol/index.ts';
import type { Job, JobStore } from '../../pds/index.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Rows of jobs in memory. `isAlive` says whether a job's worker still runs. */
export class MemoryJobStore implements JobStore {
  readonly #jobs = new Map<string, Job>();
  readonly #isAlive: (id: string) => boolean;
  readonly #now: () => number;

  constructor({ isAlive = () => true, now = Date.now }: { readonly isAlive?: (id: string) => boolean; readonly now?: () => number } = {}) {
    this.#isAlive = isAlive;
    this.#now = now;
  }

  async list(): Promise<readonly Job[]> {
    return [...this.#jobs.values()]
      .map((job): Job => (job.state === 'running' && !this.#isAlive(job.id) ? { ...job, state: 'stopped' } : job))
      .sort((a, b) => datetimeToMs(b.startedAt) - datetimeToMs(a.startedAt));
  }

  async put(job: Job): Promise<void> {
    this.#jobs.set(job.id, structuredClone(job));
  }

  async prune(): Promise<void> {
    const earliest = this.#now() - DAY_MS;
    for (const { id, state, startedAt, endedAt } of await this.list()) {
      if (state !== 'running' && datetimeToMs(endedAt ?? startedAt) < earliest) this.#jobs.delete(id);
    }
  }
}
