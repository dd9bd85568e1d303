import { ChannelError } from '../mirroring/index.ts';
import { cidOf } from '../protocol/index.ts';
import { familyOf, signedIn } from './house-door.ts';
import { Visit } from './visit.ts';
import type { CopyHead } from '../mirroring/index.ts';
import type { HouseCalls } from './house-calls.ts';
import type { HouseLines } from './house-line.ts';
import type { Correspondent } from './talks.ts';
import type { Wish } from './visit.ts';
import type { DidText } from './xrpc-desk.ts';

/** The house fetches so many in one call (`app.holdfast.bridge.fetchBlobs`). */
const BLOBS_AT_ONCE = 500;
/** Where no house answered, none is called for so long, in milliseconds; nor asked, where what it gave was of no use. */
const PAUSE_MS = 60_000;
/** What is of no use again and again is asked for twice as rarely each time, but so many times at most. */
const MOST_DOUBLINGS = 6;

/** What another house may cost, while what is new waits: past that the mirror is asked, as if there were no other. */
const LIMITS = {
  /** Within so many milliseconds it takes a call, or begins to give what it is asked for; the mirror would let it ring for longer. */
  answerMs: 4_000,
  /** Within so many milliseconds it gives all of it. */
  wholeMs: 60_000,
  /** Of the repository, and of each blob. */
  bytes: 256 * 1024 * 1024,
};

/** Another house of the account that is open now, if there is one: what it wrote comes straight from it. */
export class Neighbour {
  readonly #calls: HouseCalls;
  readonly #correspondent: Correspondent;
  readonly #lines: HouseLines;
  readonly #signal: AbortSignal;
  readonly #limits: typeof LIMITS;
  #visit: Visit | undefined;
  #pausedUntil = 0;
  #inVain = 0;

  /** @param signal ends it */
  constructor(calls: HouseCalls, correspondent: Correspondent, lines: HouseLines, signal: AbortSignal, limits: Partial<typeof LIMITS> = {}) {
    this.#calls = calls;
    this.#correspondent = correspondent;
    this.#lines = lines;
    this.#signal = signal;
    this.#limits = { ...LIMITS, ...limits };
  }

  /**
   * Brings what the mirror holds and this house has not, from the other house. The mirror has ordered it; where the other house has
   * anything else by now, or is not there, the mirror is asked as if there were no other. Never rejects.
   * @param head what the mirror has just said that it holds
   */
  async bring(head: CopyHead | undefined): Promise<void> {
    if (head === undefined || Date.now() < this.#pausedUntil) return;
    const wasOpen = this.#visit !== undefined;
    try {
      if (await this.#isNews(head)) await this.#take(head);
    } catch (error) {
      this.cut();
      // A line that was lost since it last served says nothing of the next one.
      if (!wasOpen || !(error instanceof ChannelError)) this.#pause();
    }
  }

  /** What is open is not waited for any more: the network came or went, say. */
  cut(): void {
    this.#visit?.end();
    this.#visit = undefined;
  }

  /**
   * What the mirror has confirmed before is no news, nor is anything older, which the house raises an alarm for; and a house that sends
   * all anew takes nothing.
   */
  async #isNews({ cid, rev }: CopyHead): Promise<boolean> {
    const did = this.#did;
    const [{ mirror }, { account }] = await Promise.all([
      this.#calls.get('app.holdfast.bridge.describe', { did }), this.#calls.get('app.holdfast.account.describe', { did }),
    ]);
    if (mirror?.state !== 'active' || mirror.resend === true || (mirror.acked !== undefined && rev <= mirror.acked.rev)) return false;
    return account.head.cid !== cid.toString();
  }

  async #take(head: CopyHead): Promise<void> {
    const visit = await this.#meet();
    if (visit === undefined) return;
    const late = setTimeout(() => this.cut(), this.#limits.wholeMs);
    const missing = await this.#takeFrom(visit, head).finally(() => clearTimeout(late));
    for (let at = 0; at < missing.length; at += BLOBS_AT_ONCE) {
      await this.#calls.post('app.holdfast.bridge.fetchBlobs', { did: this.#did, cids: missing.slice(at, at + BLOBS_AT_ONCE) });
    }
  }

  /** The blobs that have not come with it. */
  async #takeFrom(visit: Visit, { cid, rev, data }: CopyHead): Promise<readonly string[]> {
    const car = await whole(visit, { method: 'getRepo' }, this.#limits.bytes);
    const params = { did: this.#did, commit: cid.toString(), rev, data: data.toString() };
    const { isTaken, blobs } = await this.#calls.send('app.holdfast.bridge.takeCopy', params, car) as { readonly isTaken: boolean; readonly blobs: readonly string[] };
    if (isTaken) this.#inVain = 0;
    else this.#pause();
    const missing: string[] = [];
    for (const blob of blobs) await this.#takeBlob(visit, blob).catch(() => missing.push(blob));
    return missing;
  }

  /** Whoever stores them names bytes by what they are: other ones would come in beside those that are wanted, for nothing. */
  async #takeBlob(visit: Visit, cid: string): Promise<void> {
    const bytes = await whole(visit, { method: 'getBlob', cid }, this.#limits.bytes);
    if (cidOf(new Uint8Array(await bytes.arrayBuffer()), 'raw').toString() !== cid) throw new ChannelError('BadFrame', 'The other house gave other bytes.');
    await this.#calls.upload(this.#did, bytes, bytes.type);
  }

  /** Undefined where no house answers. */
  async #meet(): Promise<Visit | undefined> {
    if (this.#visit !== undefined) return this.#visit;
    const family = await familyOf(this.#calls, this.#correspondent);
    if (family === undefined) return undefined;
    const late = new AbortController();
    const { answerMs } = this.#limits;
    const timer = setTimeout(() => late.abort(), answerMs);
    try {
      this.#visit = new Visit(await this.#lines.call(family, signedIn(this.#calls, this.#did), AbortSignal.any([this.#signal, late.signal])), answerMs);
    } catch {
      this.#pausedUntil = Date.now() + PAUSE_MS;
    } finally {
      clearTimeout(timer);
    }
    return this.#visit;
  }

  #pause(): void {
    this.#pausedUntil = Date.now() + PAUSE_MS * 2 ** Math.min(this.#inVain++, MOST_DOUBLINGS);
  }

  get #did(): DidText {
    return this.#correspondent.did as DidText;
  }
}

/** @throws ChannelError as `Visit.get`; RangeError where it is larger than what is taken this way */
async function whole(visit: Visit, wish: Wish, most: number): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const coming = visit.get(wish);
  let step = await coming.next();
  for (; step.done !== true; step = await coming.next()) {
    size += step.value.length;
    if (size > most) {
      visit.end();
      throw new RangeError('That is more than is taken from another house at once.');
    }
    parts.push(step.value as Uint8Array<ArrayBuffer>);
  }
  return new Blob(parts, step.value === undefined ? {} : { type: step.value });
}
