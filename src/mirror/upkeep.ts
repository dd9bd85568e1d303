import { reasonOf } from './log.ts';
import type { MirrorHost } from './mirror-host.ts';

const EVERY_MS = 15 * 60_000;
const DAY_MS = 24 * 3_600_000;
/** Blobs come some time before the commits that name them. */
const BLOB_GRACE_MS = 6 * 3_600_000;
const ACCOUNTS_AT_A_TIME = 500;

/** Clears away from time to time what is kept no longer: old events, dead blocks, spent tokens, blobs that nothing names. */
export class Upkeep {
  readonly #host: MirrorHost;
  readonly #timer: ReturnType<typeof setInterval>;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(host: MirrorHost) {
    this.#host = host;
    this.#timer = setInterval(() => {
      this.#running ??= this.#run().catch((error: unknown) => host.log(`Clearing up did not end well: ${reasonOf(error)}`))
        .finally(() => this.#running = undefined);
    }, EVERY_MS);
    this.#timer.unref();
  }

  /** Resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { copies, blobs, now, settings } = this.#host;
    await copies.maintain(now() - settings.eventDays * DAY_MS);
    for (let after; !this.#closed;) {
      const accounts = await copies.accounts({ limit: ACCOUNTS_AT_A_TIME, ...(after !== undefined && { after }) });
      for (const { did } of accounts) if (!this.#closed) await blobs.collect(did, BLOB_GRACE_MS);
      after = accounts.at(-1)?.did;
      if (after === undefined) break;
    }
  }
}
