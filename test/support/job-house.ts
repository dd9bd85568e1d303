import assert from 'node:assert/strict';
import type { Fetch } from '../../src/identity/index.ts';
import { runJob } from '../../src/jobs/run-job.ts';
import { piecesPlace } from '../../src/jobs/save-place.ts';
import { DEFAULT_SETTINGS } from '../../src/pds/index.ts';
import { MemoryBlobStore, MemoryHouseStore, MemoryJobStore } from '../../src/storage/memory/index.ts';
import type { LongJob, LongJobMessage } from '../../src/jobs/messages.ts';
import type { SavePlace } from '../../src/jobs/save-place.ts';
import type { Restorable } from './restorable.ts';

type WithoutId<Job> = Job extends LongJob ? Omit<Job, 'id'> : never;
/** A job as a test asks for it. */
export type Given = WithoutId<LongJob>;

export const NO_NETWORK: Fetch = async () => {
  throw new TypeError('fetch failed');
};

/** A house without accounts in which jobs run. */
export class TestHouse {
  readonly blobs = new MemoryBlobStore();
  readonly store = new MemoryHouseStore(this.blobs);
  readonly jobs = new MemoryJobStore();
  readonly told: string[] = [];
  readonly messages: LongJobMessage[] = [];
  place: SavePlace = piecesPlace();
  now = Date.now;
  #ids = 0;

  async run(job: Given, signal: AbortSignal = new AbortController().signal): Promise<LongJobMessage> {
    const id = `job-${++this.#ids}`;
    const house = {
      store: this.store, blobs: this.blobs, jobs: this.jobs, fetch: NO_NETWORK, settings: async () => DEFAULT_SETTINGS, tell: (type: string) => void this.told.push(type),
      now: this.now, ownPlace: async () => this.place,
    };
    await runJob({ id, ...job } as LongJob, house, signal, (message) => void this.messages.push(message));
    return this.messages.at(-1)!;
  }

  async done<Result>(job: Given): Promise<Result> {
    const message = await this.run(job);
    assert.ok(message.type === 'done', JSON.stringify(message));
    return message.result as Result;
  }

  /** That the job failed for this reason, and that the house is as it was. */
  async refuses(job: Given, code: string): Promise<string> {
    const before = (await this.store.accounts()).length;
    const message = await this.run(job);
    assert.ok(message.type === 'failed', JSON.stringify(message));
    assert.equal(message.error.code, code, message.error.message);
    assert.equal((await this.store.accounts()).length, before);
    assert.equal((await this.jobs.list()).find(({ id }) => id === `job-${this.#ids}`)?.error?.code, code);
    return message.error.message;
  }
}

/** The wish to bring an account back from its kit and file. */
export const restoreOf = ({ kit, passphrase, car }: Restorable) => ({ job: 'restore', kit, passphrase, car }) as const;

export async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.arrayBuffer());
}
