import { datetimeToMs } from '../../protocol/index.ts';
import type { Job, JobStore } from '../../pds/index.ts';
import type { Connection } from './connection.ts';
import { lockName } from './locks.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Rows of jobs. The worker of a running job holds its lock (`lockName.job`); without it the job reads as stopped. */
export class IdbJobStore implements JobStore {
  readonly #connection: Connection;
  readonly #now: () => number;

  constructor(connection: Connection, now: () => number) {
    this.#connection = connection;
    this.#now = now;
  }

  async list(): Promise<readonly Job[]> {
    const jobs = await this.#connection.read(['jobs'], (transaction) => transaction.objectStore('jobs').getAll());
    const { held = [] } = await navigator.locks.query();
    const living = new Set(held.map(({ name }) => name));
    return jobs
      .map((job): Job => (job.state === 'running' && !living.has(lockName.job(job.id)) ? { ...job, state: 'stopped' } : job))
      .sort((a, b) => datetimeToMs(b.startedAt) - datetimeToMs(a.startedAt));
  }

  async put(job: Job): Promise<void> {
    await this.#connection.write(['jobs'], (transaction) => transaction.objectStore('jobs').put(job, job.id));
  }

  async prune(): Promise<void> {
    const earliest = this.#now() - DAY_MS;
    const old = (await this.list()).filter(({ state, startedAt, endedAt }) => (
      state !== 'running' && datetimeToMs(endedAt ?? startedAt) < earliest
    ));
    await this.#connection.write(['jobs'], (transaction) => (
      Promise.all(old.map(({ id }) => transaction.objectStore('jobs').delete(id)))
    ));
  }
}
