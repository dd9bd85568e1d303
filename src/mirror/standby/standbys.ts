import { setTimeout as wait } from 'node:timers/promises';
import { ChannelError, decodeCommitBody, isStandby, MirrorRefusal } from '../../mirroring/index.ts';
import type { CopyAccount, Primary, PrimaryTrouble, Receipt } from '../../mirroring/index.ts';
import { mediaTypeOf, StoreError, XrpcError } from '../../pds/index.ts';
import { formatDidKey } from '../../protocol/index.ts';
import type { Cid, Did } from '../../protocol/index.ts';
import { BlobRefused } from '../../storage/sqlite/index.ts';
import type { Begun } from '../../storage/sqlite/index.ts';
import type { Alerts } from '../alerts/alerts.ts';
import { roomOf } from '../blob-room.ts';
import { reasonOf } from '../log.ts';
import { missingBlobs } from '../missing-blobs.ts';
import type { MirrorHost } from '../mirror-host.ts';
import { keptAccount, openAccount } from '../standing.ts';
import { PrimaryClient, PrimaryError } from './primary.ts';
import type { AskPrimary, ServedPart } from './primary.ts';

type Parts = Pick<MirrorHost, 'copies' | 'blobs' | 'ingest' | 'identities' | 'limits' | 'settings' | 'log'> & { readonly alerts: Pick<Alerts, 'primary'> };

/** Blobs that are asked for in one go. */
const BLOBS_AT_A_TIME = 200;
/** A blob that is larger lies aside while it comes. */
const LARGE_BYTES = 1_048_576;
/** Where a line brings less of one before it breaks, it is left for the next time. */
const WORTH_BYTES = 65_536;
/** So often commits are asked for until it is enough for this time: some ten thousand commits. */
const MOST_ROUNDS = 200;
/** So often, in all of them, no commits came that lead on: then its repository is read, while it may go on. */
const ROUNDS_WITHOUT_COMMITS = 3;

/**
 * Keeps accounts that are standbys here where their primaries are: it gets from them what they have confirmed, and takes it in as if a
 * house had sent it, verified to the last block. One at a time for each account.
 */
export class Standbys {
  readonly #parts: Parts;
  readonly #ask: AskPrimary;
  readonly #stopped = new AbortController();
  readonly #running = new Map<Did, Promise<void>>();
  /** What begins when that has ended, for all who have asked meanwhile. */
  readonly #next = new Map<Did, Promise<void>>();

  constructor(parts: Parts, ask: AskPrimary) {
    this.#parts = parts;
    this.#ask = ask;
  }

  /**
   * As `follow`, for those who wait no longer than that: then it goes on by itself.
   * @param ms milliseconds
   */
  async followFor(did: Did, ms: number): Promise<void> {
    const done = new AbortController();
    const following = this.follow(did).finally(() => done.abort());
    await Promise.race([following, wait(ms, undefined, { signal: AbortSignal.any([done.signal, this.#stopped.signal]) }).catch(() => following)]);
  }

  /**
   * Gets what the primary has confirmed by now, the blobs of that, and the sealed kits that lie there.
   * @throws XrpcError NotStandby, PrimaryUnreachable, PrimaryBehind, PrimaryFalse, QuotaExceeded; MirrorRefusal
   */
  follow(did: Did): Promise<void> {
    const running = this.#running.get(did);
    // Between the two nothing runs for a moment.
    const following = this.#next.get(did);
    if (following !== undefined) return following;
    if (running === undefined) return this.#run(did);
    const next = running.catch(() => undefined).then(() => {
      this.#next.delete(did);
      return this.#run(did);
    });
    this.#next.set(did, next);
    return next;
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#stopped.abort();
    await Promise.allSettled([...this.#running.values(), ...this.#next.values()]);
  }

  #run(did: Did): Promise<void> {
    const run = this.#look(did).finally(() => this.#running.delete(did));
    this.#running.set(did, run);
    return run;
  }

  /** Follows, and has the owner told of what there is to say of the primary. */
  async #look(did: Did): Promise<void> {
    const outcome: { readonly error?: unknown } = await this.#follow(did).then(() => ({}), (error: unknown) => ({ error }));
    const trouble = troubleIn(outcome.error);
    if (!this.#stopped.signal.aborted && (!('error' in outcome) || trouble !== undefined)) {
      await this.#parts.alerts.primary(did, trouble).catch((error: unknown) => {
        this.#parts.log(`${did}: what is seen of its primary could not be noted: ${reasonOf(error)}`);
      });
    }
    if ('error' in outcome) throw outcome.error;
  }

  async #follow(did: Did): Promise<void> {
    try {
      const { client, primary } = await this.#catchUp(did);
      await this.#copyKits(did, primary, client).catch((error: unknown) => this.#parts.log(`${did} could not get the sealed kits of its primary: ${reasonOf(error)}`));
      await this.#getBlobs(did, client);
    } catch (error) {
      if (error instanceof XrpcError || error instanceof MirrorRefusal || error instanceof StoreError) throw error;
      this.#parts.log(`${did} could not be followed: ${reasonOf(error)}`);
      if (error instanceof PrimaryError && error.code === 'PrimaryFalse') throw new XrpcError(400, 'PrimaryFalse', 'The primary shows a receipt that is not signed by its key. What is here stays.', error);
      throw new XrpcError(400, 'PrimaryUnreachable', 'The primary does not answer as it should. What is here stays.', error);
    }
  }

  async #catchUp(did: Did): Promise<{ readonly client: PrimaryClient; readonly primary: Primary }> {
    for (let rounds = 0, without = 0; rounds < MOST_ROUNDS && without < ROUNDS_WITHOUT_COMMITS; rounds++) {
      const account = await this.#standby(did);
      const client = new PrimaryClient(this.#ask, account.primary, did, this.#stopped.signal);
      const { receipt, commits } = await client.commits(account.head?.cid);
      if (account.head !== undefined && receipt.rev <= account.head.rev) {
        if (receipt.commit.equals(account.head.cid)) return { client, primary: account.primary };
        if (receipt.rev === account.head.rev) throw new XrpcError(400, 'PrimaryFalse', 'The primary shows another state than it has confirmed before. What is here stays.');
        throw new XrpcError(400, 'PrimaryBehind', 'The primary shows an older state than it has confirmed before. What is here stays.');
      }
      const isLed = await this.#takeCommits(did, receipt, commits);
      if (!isLed) await this.#takeWhole(did, receipt, client);
      const { head } = await keptAccount(this.#parts, did);
      if (head?.cid.equals(receipt.commit) === true) return { client, primary: account.primary };
      if (!isLed || head === undefined || account.head?.cid.equals(head.cid) === true) without++;
    }
    throw new XrpcError(400, 'PrimaryUnreachable', 'The primary goes on faster than it can be followed. What is here stays.');
  }

  async #standby(did: Did): Promise<CopyAccount & { readonly primary: Primary }> {
    const account = await openAccount(this.#parts, did);
    if (!isStandby(account)) throw new XrpcError(400, 'NotStandby', 'This mirror is no standby of the account. Nothing was changed.');
    return account;
  }

  /** Whether they lead on from what is here. */
  async #takeCommits(did: Did, { rev }: Receipt, commits: readonly Uint8Array[]): Promise<boolean> {
    try {
      for (const bytes of commits) {
        const message = decodeCommitBody(bytes);
        // What came after the receipt has none yet.
        if (message.rev > rev) break;
        await this.#parts.ingest.follow(did, message);
      }
    } catch (error) {
      const isUnfit = error instanceof ChannelError || (error instanceof MirrorRefusal && (error.code === 'StaleHead' || error.code === 'InvalidCommit'));
      if (!isUnfit) throw error;
      return false;
    }
    return commits.length > 0;
  }

  async #takeWhole(did: Did, { commit }: Receipt, client: PrimaryClient): Promise<void> {
    try {
      await client.repository((body, signal) => this.#parts.ingest.followRepo(did, body, commit, signal));
    } catch (error) {
      // It has gone on meanwhile: the next receipt tells where it is.
      if (!(error instanceof MirrorRefusal && error.code === 'StaleHead')) throw error;
    }
  }

  /**
   * Those that the primary gives to everybody. One that it gave before and gives no more was taken back by its owner, and goes here too; not so one
   * that it never had, because its owner put it here when this was the primary: that stays, unless what is given came later.
   */
  async #copyKits(did: Did, { url, key }: Primary, client: PrimaryClient): Promise<void> {
    const { copies, ingest, identities, log } = this.#parts;
    const [given, { signingKey }] = await Promise.all([client.kits(), identities.of(did)]);
    await ingest.inTurn(did, async () => {
      const account = await keptAccount({ copies }, did);
      // It may have taken the place of that one meanwhile.
      if (!isStandby(account) || account.primary.url !== url || account.primary.key !== key || signingKey === undefined) return;
      const held = await copies.kits(did);
      for (const { kind, cameFrom } of held) {
        if (cameFrom !== key || given.some((kit) => kit.kind === kind)) continue;
        await copies.removeKit(did, kind);
        log(`${did} has no sealed kit under a ${kind} with its primary any more, so neither here`);
      }
      for (const { kind, file, storedAt } of given) {
        const before = held.find((kit) => kit.kind === kind);
        const isSame = before !== undefined && Buffer.compare(before.file, file) === 0;
        if (before?.cameFrom === key ? isSame : before !== undefined && !isSame && storedAt <= before.storedAt) continue;
        await copies.putKit(did, { kind, file, signingKey: formatDidKey(signingKey), cameFrom: key });
        log(`${did} has a sealed kit of ${file.length} bytes here now, as with its primary`);
      }
    });
  }

  async #getBlobs(did: Did, client: PrimaryClient): Promise<void> {
    for (let after: Cid | undefined; ;) {
      const missing = await missingBlobs(this.#parts, did, BLOBS_AT_A_TIME, after?.toString());
      for (const cid of missing) {
        await this.#getBlob(did, cid, client).catch((error: unknown) => {
          if (!isOfOneBlob(error)) throw error;
          this.#parts.log(`${did} could not get a blob of its primary: ${reasonOf(error)}`);
        });
      }
      after = missing.at(-1);
      if (missing.length < BLOBS_AT_A_TIME) return;
    }
  }

  /** Where the line breaks that has brought something, what is left is asked for at once; else what has come lies aside until the next time. */
  async #getBlob(did: Did, cid: Cid, client: PrimaryClient): Promise<void> {
    const { uploads } = this.#parts.blobs;
    let isAnew = false;
    for (let begun = await uploads.begun(did, cid); ; begun = await uploads.begun(did, cid)) {
      const from = begun?.held ?? 0;
      try {
        return await client.blob(cid, from, (part) => this.#takeBlob(did, cid, begun, part));
      } catch (error) {
        if (error instanceof PrimaryError && error.code === 'OtherSize' && !isAnew) {
          isAnew = true;
          await uploads.letGo(did, cid);
          continue;
        }
        if (error instanceof BlobRefused && error.code === 'QuotaExceeded') {
          throw new XrpcError(413, 'QuotaExceeded', 'The blobs of this account take all the room that it has here. What is here stays.', error);
        }
        if (isOfOneBlob(error) || ((await uploads.begun(did, cid))?.held ?? 0) < from + WORTH_BYTES) throw error;
      }
    }
  }

  async #takeBlob(did: Did, cid: Cid, begun: Begun | undefined, { body, type, offset, size = 0 }: ServedPart): Promise<void> {
    const { blobs } = this.#parts;
    const from = begun?.held ?? 0;
    if (from > 0 && offset === from && size !== begun?.size) throw new PrimaryError('OtherSize', 'The primary says another size than it said before', { did, blob: cid.toString() });
    if (offset > 0 && offset !== from) throw new PrimaryError('OtherSize', 'The primary gives another part than was asked for', { did, blob: cid.toString() });
    const room = roomOf(this.#parts, await openAccount(this.#parts, did));
    const blob = { cid, mimeType: mediaTypeOf(new Uint8Array(), type ?? null) };
    // One that is small, or whose size nobody says, comes whole; and where it begins anew, what is aside is of no use.
    if (size < LARGE_BYTES || offset !== from) await blobs.putStream(did, body, { ...blob, size }, room.limit, room.most);
    else await blobs.uploads.put(did, { ...blob, size }, body, offset, room);
  }
}

/** What an error says of the primary; undefined where it is none of its doing. */
function troubleIn(error: unknown): PrimaryTrouble | undefined {
  if (error instanceof MirrorRefusal) return error.code === 'InvalidRepo' || error.code === 'InvalidCommit' ? 'primaryFalse' : undefined;
  if (!(error instanceof XrpcError)) return undefined;
  switch (error.code) {
    case 'PrimaryUnreachable':
      return 'primarySilent';
    case 'PrimaryBehind':
      return 'primaryBehind';
    case 'PrimaryFalse':
      return 'primaryFalse';
    default:
      return undefined;
  }
}

/** One that is not there, or is another, does not keep the others away. */
function isOfOneBlob(error: unknown): boolean {
  return error instanceof BlobRefused || (error instanceof PrimaryError && (error.code === 'NotThere' || error.code === 'OtherSize'));
}
