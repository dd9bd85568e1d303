import { isRefusal } from './mirror-error.ts';

interface Sending {
  /** Whether it was here to be sent. */
  readonly sent: Promise<boolean>;
  /** When it came further last, by `performance.now()`. */
  movedAt: number;
  /** The one that has gone on in its place. */
  next?: Sending;
}

const STILL_MS = 5_000;

/** Blobs that are on their way to mirrors: of two who send one at once a mirror would end one, so the second waits for the first. */
export class BlobsUnderWay {
  readonly #sendings = new Map<string, Sending>();
  readonly #stillMs: number;

  /** @param stillMs so long one may stand still before another goes on in its place */
  constructor(stillMs = STILL_MS) {
    this.#stillMs = stillMs;
  }

  /**
   * Sends a blob, or waits for who does. Where that stands still the line may be dead and nobody know: then this one goes on. Of a blob in parts
   * that ends the other at the mirror, and that one waits in turn; one that goes whole says nothing of how far it is, and is sent by both.
   * @param name of the blob, its account and the mirror
   * @param send is to say whenever it has come further
   * @returns whether it was here to be sent
   */
  async once(name: string, send: (moved: () => void) => Promise<boolean>): Promise<boolean> {
    let before = this.#sendings.get(name);
    while (before !== undefined) {
      if (await this.#endsWhileItMoves(before)) return outcomeOf(before);
      if (before.next === undefined) break;
      before = before.next;
    }
    const begun = Promise.withResolvers<boolean>();
    const sending: Sending = { sent: begun.promise, movedAt: performance.now() };
    this.#sendings.set(name, sending);
    if (before !== undefined) before.next = sending;
    send(() => sending.movedAt = performance.now()).then(begun.resolve, begun.reject);
    const forget = (): void => {
      if (this.#sendings.get(name) === sending) this.#sendings.delete(name);
    };
    sending.sent.then(forget, forget);
    return outcomeOf(sending);
  }

  async #endsWhileItMoves(sending: Sending): Promise<boolean> {
    for (;;) {
      const left = sending.movedAt + this.#stillMs - performance.now();
      if (left <= 0) return false;
      if (await endsWithin(sending.sent, left)) return true;
    }
  }
}

/** Of one that the mirror has ended, what comes of the one in its place. */
async function outcomeOf(sending: Sending): Promise<boolean> {
  try {
    return await sending.sent;
  } catch (error) {
    if (sending.next !== undefined && isRefusal(error, 'UploadTaken')) return outcomeOf(sending.next);
    throw error;
  }
}

async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), ms);
  const isOver = await Promise.race([work.then(() => true, () => true), late.promise]);
  clearTimeout(timer);
  return isOver;
}
