import { familyOf, signedIn } from './house-door.ts';
import { Visit } from './visit.ts';
import type { CopyHead } from '../mirroring/index.ts';
import type { HouseCalls } from './house-calls.ts';
import type { HouseLines } from './house-line.ts';
import type { Correspondent } from './talks.ts';
import type { Wish } from './visit.ts';
import type { DidText } from './xrpc-desk.ts';

/** What is larger comes from the mirror, in bytes. */
const MOST_BYTES = 256 * 1024 * 1024;
/** The house fetches so many in one call (`app.holdfast.bridge.fetchBlobs`). */
const BLOBS_AT_ONCE = 500;
/** Where no house answered, none is called for so long, in milliseconds. */
const PAUSE_MS = 60_000;
/** One that is open answers within so many milliseconds; the mirror would let it ring for longer, and what is new waits meanwhile. */
const ANSWER_MS = 4_000;

/** Another house of the account that is open now, if there is one: what it wrote comes straight from it. */
export class Neighbour {
  readonly #calls: HouseCalls;
  readonly #correspondent: Correspondent;
  readonly #lines: HouseLines;
  readonly #signal: AbortSignal;
  readonly #answerMs: number;
  #visit: Visit | undefined;
  #pausedUntil = 0;

  /** @param signal ends it */
  constructor(calls: HouseCalls, correspondent: Correspondent, lines: HouseLines, signal: AbortSignal, answerMs = ANSWER_MS) {
    this.#calls = calls;
    this.#correspondent = correspondent;
    this.#lines = lines;
    this.#signal = signal;
    this.#answerMs = answerMs;
  }

  /**
   * Brings what the mirror holds and this house has not, from the other house. The mirror has ordered it; where the other house has
   * anything else by now, or is not there, the mirror is asked as if there were no other. Never rejects.
   * @param head what the mirror has just said that it holds
   */
  async bring(head: CopyHead | undefined): Promise<void> {
    if (head === undefined || Date.now() < this.#pausedUntil) return;
    try {
      if (await this.#isNews(head)) await this.#take(head);
    } catch {
      // The line is gone, or there is none.
      this.#visit?.end();
      this.#visit = undefined;
    }
  }

  /** What the mirror has confirmed before is no news, nor is anything older, which the house raises an alarm for. */
  async #isNews({ cid, rev }: CopyHead): Promise<boolean> {
    const did = this.#did;
    const [{ mirror }, { account }] = await Promise.all([
      this.#calls.get('app.holdfast.bridge.describe', { did }), this.#calls.get('app.holdfast.account.describe', { did }),
    ]);
    if (mirror?.state !== 'active' || (mirror.acked !== undefined && rev <= mirror.acked.rev)) return false;
    return account.head.cid !== cid.toString();
  }

  async #take({ cid, rev, data }: CopyHead): Promise<void> {
    const visit = await this.#meet();
    if (visit === undefined) return;
    const car = await whole(visit, { method: 'getRepo' });
    const params = { did: this.#did, commit: cid.toString(), rev, data: data.toString() };
    const { blobs } = await this.#calls.send('app.holdfast.bridge.takeCopy', params, car) as { readonly blobs: readonly string[] };
    const missing: string[] = [];
    for (const blob of blobs) {
      await whole(visit, { method: 'getBlob', cid: blob })
        .then((bytes) => this.#calls.upload(this.#did, bytes, bytes.type))
        .catch(() => missing.push(blob));
    }
    for (let at = 0; at < missing.length; at += BLOBS_AT_ONCE) {
      await this.#calls.post('app.holdfast.bridge.fetchBlobs', { did: this.#did, cids: missing.slice(at, at + BLOBS_AT_ONCE) });
    }
  }

  /** Undefined where no house answers. */
  async #meet(): Promise<Visit | undefined> {
    if (this.#visit !== undefined) return this.#visit;
    const family = await familyOf(this.#calls, this.#correspondent);
    if (family === undefined) return undefined;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.#answerMs);
    try {
      this.#visit = new Visit(await this.#lines.call(family, signedIn(this.#calls, this.#did), AbortSignal.any([this.#signal, late.signal])));
    } catch {
      this.#pausedUntil = Date.now() + PAUSE_MS;
    } finally {
      clearTimeout(timer);
    }
    return this.#visit;
  }

  get #did(): DidText {
    return this.#correspondent.did as DidText;
  }
}

/** @throws ChannelError as `Visit.get`; RangeError where it is larger than what is taken this way */
async function whole(visit: Visit, wish: Wish): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const coming = visit.get(wish);
  let step = await coming.next();
  for (; step.done !== true; step = await coming.next()) {
    size += step.value.length;
    if (size > MOST_BYTES) {
      visit.end();
      throw new RangeError('That is more than is taken from another house at once.');
    }
    parts.push(step.value as Uint8Array<ArrayBuffer>);
  }
  return new Blob(parts, step.value === undefined ? {} : { type: step.value });
}
