import { isStandby } from '../mirroring/index.ts';
import type { CopyAccount } from '../mirroring/index.ts';
import { reasonOf } from './log.ts';
import type { MirrorHost } from './mirror-host.ts';
import { letStand } from './standing.ts';
import { endOf } from './usage.ts';

const FIRST_MS = 30_000;
const EVERY_MS = 15 * 60_000;
const DAY_MS = 24 * 3_600_000;
/** Blobs come some time before the commits that name them. */
const BLOB_GRACE_MS = 6 * 3_600_000;
/** So long the rest of a blob that comes in parts is waited for. */
const UPLOAD_GRACE_MS = DAY_MS;
/** Who has not become active by then has gone away, and gives room and name back. */
const PAIRING_MS = 7 * DAY_MS;
const ACCOUNTS_AT_A_TIME = 500;
/** A primary that is slow keeps nobody else waiting. */
const FOLLOW_MS = 8_000;

/**
 * Clears away from time to time what is kept no longer: old events, dead blocks, spent tokens, blobs that nothing names, and
 * accounts whose pairing was given up. Accounts whose time is over are suspended.
 */
export class Upkeep {
  readonly #host: MirrorHost;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(host: MirrorHost) {
    this.#host = host;
    this.#again(FIRST_MS);
  }

  /** Resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #again(wait: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#running = this.run()
        .catch((error: unknown) => this.#host.log(`Clearing up did not end well: ${reasonOf(error)}`))
        .then(() => this.#again(EVERY_MS));
    }, wait);
    this.#timer.unref();
  }

  /** Clears away once. May be stopped at any time. */
  async run(): Promise<void> {
    const { copies, now, settings } = this.#host;
    await copies.maintain(now() - settings.eventDays * DAY_MS);
    for (let after; !this.#closed;) {
      const accounts = await copies.accounts({ limit: ACCOUNTS_AT_A_TIME, ...(after !== undefined && { after }) });
      for (const account of accounts) if (!this.#closed) await this.#look(account);
      after = accounts.at(-1)?.did;
      if (after === undefined) break;
    }
  }

  async #look(account: CopyAccount): Promise<void> {
    const { did } = account;
    const { copies, blobs, ingest, standbys, alerts, now, log } = this.#host;
    await alerts.standing(account);
    await blobs.collect(did, BLOB_GRACE_MS);
    await blobs.uploads.collect(did, UPLOAD_GRACE_MS);
    // Its data stays, for whoever brings it back or lets it go.
    const isOver = (it: CopyAccount): boolean => (it.status === 'active' || isStandby(it)) && now() >= (endOf(it) ?? Infinity);
    if (isOver(account)) return void await letStand(this.#host, did, 'suspended', isOver);
    // Its house may not have been open for long.
    if (isStandby(account)) return void await standbys.followFor(did, FOLLOW_MS).catch(() => undefined);
    const neverCame = (it: CopyAccount | undefined): boolean => it?.status === 'pairing' && !isStandby(it) && it.createdAt <= now() - PAIRING_MS;
    if (!neverCame(account)) return;
    await ingest.inTurn(did, async () => {
      if (!neverCame(await copies.account(did))) return;
      await copies.remove(did);
      log(`${did} began to pair long ago and never came; it is forgotten`);
    });
  }
}
