import { ChannelError } from '../mirroring/index.ts';
import { decodeVisit, encodeVisit, MOST_PART } from './visit-codec.ts';
import type { Channel } from '../mirroring/index.ts';
import type { HouseCalls } from './house-calls.ts';
import type { VisitMessage } from './visit-codec.ts';
import type { DidText } from './xrpc-desk.ts';

/** What a house shows another of its account: what anybody may read of it, and no more. */
export type Wish = { readonly method: 'getRepo' } | { readonly method: 'getBlob'; readonly cid: string };

/** How long a house may be silent while it answers, in milliseconds. */
const SILENCE_MS = 30_000;

/** A visit to another house, over a channel that leads to it: it is asked for one thing after the other. */
export class Visit {
  readonly #channel: Channel;
  readonly #frames: AsyncIterator<Uint8Array>;
  readonly #answerMs: number;
  #isAsking = false;

  /** @param answerMs how long the house may take to begin its answer, in milliseconds */
  constructor(channel: Channel, answerMs = SILENCE_MS) {
    this.#channel = channel;
    this.#answerMs = answerMs;
    this.#frames = channel.frames[Symbol.asyncIterator]();
  }

  /**
   * The bytes of something, as they come, and in the end the media type of a blob: whoever takes them verifies them. Who does not take
   * all of them ends the visit.
   * @throws ChannelError Lost where the house does not have it, is silent, or was lost; Closed where the visit has ended; BadFrame
   */
  async* get(wish: Wish): AsyncGenerator<Uint8Array, string | undefined, void> {
    if (this.#isAsking) throw new TypeError('One thing is asked for after the other');
    this.#isAsking = true;
    let isWhole = false;
    try {
      await this.#channel.send(encodeVisit({ type: '#get', ...wish }));
      for (let within = this.#answerMs; ; within = SILENCE_MS) {
        const message = await this.#next(within);
        if (message.type === '#end') {
          isWhole = true;
          if (!message.isWhole) throw new ChannelError('Lost', 'The other house does not have that, or could not give all of it.');
          return message.mimeType;
        }
        if (message.type !== '#part') throw new ChannelError('BadFrame', 'The other house asked where it was asked.');
        yield message.bytes;
      }
    } finally {
      this.#isAsking = false;
      if (!isWhole) this.end();
    }
  }

  end(): void {
    this.#channel.close();
  }

  async #next(within: number): Promise<VisitMessage> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const silent = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new ChannelError('Lost', 'The other house has been silent for too long.')), within);
    });
    try {
      const { done, value } = await Promise.race([this.#frames.next(), silent]);
      if (done === true) throw new ChannelError('Closed', 'The other house has ended this.');
      return decodeVisit(value);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Shows a house of the account what it asks for, until it goes. Never rejects. */
export async function receiveVisit(calls: HouseCalls, account: string, channel: Channel): Promise<void> {
  const did = account as DidText;
  try {
    for await (const frame of channel.frames) {
      const wish = decodeVisit(frame);
      if (wish.type !== '#get') throw new ChannelError('BadFrame', 'A house that visits asks.');
      await channel.send(encodeVisit({ type: '#end', ...await show(calls, did, wish, channel) }));
    }
  } catch {
    // It has gone, or does not speak as houses do.
  } finally {
    channel.close();
  }
}

/** How it went. @throws ChannelError where the channel has ended */
async function show(calls: HouseCalls, did: DidText, wish: VisitMessage & { readonly type: '#get' }, channel: Channel): Promise<Omit<VisitMessage & { readonly type: '#end' }, 'type'>> {
  const response = await responseTo(calls, did, wish).catch(() => undefined);
  const reader = response?.body?.getReader();
  if (reader === undefined) return { isWhole: false };
  const mimeType = wish.method === 'getBlob' ? response?.headers.get('content-type') ?? undefined : undefined;
  try {
    for (;;) {
      const step = await reader.read().catch(() => undefined);
      if (step === undefined) return { isWhole: false };
      const { done, value } = step;
      if (done) return { isWhole: true, ...(mimeType !== undefined && { mimeType }) };
      for (let at = 0; at < value.length; at += MOST_PART) await channel.send(encodeVisit({ type: '#part', bytes: value.subarray(at, at + MOST_PART) }));
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function responseTo(calls: HouseCalls, did: DidText, wish: VisitMessage & { readonly type: '#get' }): Promise<Response> {
  return wish.method === 'getRepo' ? calls.get('com.atproto.sync.getRepo', { did }) : calls.get('com.atproto.sync.getBlob', { did, cid: wish.cid });
}
