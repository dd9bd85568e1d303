import { channelOver, ChannelError, FrameQueue } from '../../mirroring/index.ts';
import { ENDED, FRAMES_TYPE, joinFrames, readBody, SESSION_HEADER, splitFrames, TURN_BYTES, TURN_HEADER } from './turn.ts';
import type { Channel } from '../../mirroring/index.ts';

export interface HttpChannelOptions {
  readonly fetch?: typeof fetch;
  /** Gives up opening it; loses it later. */
  readonly signal?: AbortSignal;
  /** Milliseconds before a turn is given again that the mirror had no room for; each that follows waits twice as long. */
  readonly pauseMs?: number;
}

/** One turn may wait for what the mirror says while another brings what the house says. */
const TURNS_AT_ONCE = 2;
/** So often a turn is given that the mirror has no room for. A session is kept for a minute. */
const TRIES = 5;
const PAUSE_MS = 1_000;
/** Of a turn that was not taken. */
const BUSY = 503;

/**
 * A channel over POST requests, for a worker without a page: slower than a WebSocket, and nothing stays open between turns.
 * @param url of the mirror
 * @throws ChannelError Lost, where the mirror does not answer or wants no session
 */
export async function openHttpChannel(url: string, { fetch: ask = fetch, signal, pauseMs = PAUSE_MS }: HttpChannelOptions = {}): Promise<Channel> {
  const line = new HttpLine(new URL('/xrpc/app.holdfast.mirror.converse', url).href, ask, pauseMs);
  const giveUp = (): void => line.fail(lost('The connection was given up.'));
  if (signal?.aborted === true) throw lost('The connection was given up.');
  signal?.addEventListener('abort', giveUp, { once: true });
  await line.open();
  return line.channel;
}

class HttpLine {
  readonly channel: Channel;
  readonly #url: string;
  readonly #fetch: typeof fetch;
  readonly #pauseMs: number;
  readonly #giveUp = new AbortController();
  readonly #incoming = new FrameQueue({ onChange: () => this.#goOn() });
  readonly #outgoing = new FrameQueue({ onChange: () => this.#goOn() });
  #session: string | undefined;
  #turn = 0;
  #underWay = 0;
  #goingOn = false;
  #answers: Promise<void> = Promise.resolve();

  constructor(url: string, ask: typeof fetch, pauseMs: number) {
    this.#url = url;
    this.#pauseMs = pauseMs;
    // Those of browsers want no `this` but their own.
    this.#fetch = (input, init) => ask(input, init);
    this.channel = channelOver(this.#incoming, this.#outgoing);
  }

  async open(): Promise<void> {
    try {
      await this.#hear(await this.#post([], false));
    } catch (error) {
      throw asChannelError(error);
    }
    this.#goOn();
  }

  fail(error: ChannelError): void {
    this.#session = undefined;
    this.#incoming.end(error);
    this.#outgoing.end(error);
    this.#giveUp.abort();
  }

  /** Begins the turns there may be, when whoever sends or reads now is done with it. */
  #goOn(): void {
    if (this.#goingOn) return;
    this.#goingOn = true;
    queueMicrotask(() => {
      this.#goingOn = false;
      this.#beginTurns();
    });
  }

  #beginTurns(): void {
    while (this.#session !== undefined && this.#underWay < TURNS_AT_ONCE) {
      // What nobody reads is not asked for.
      if (this.#incoming.full && !this.#incoming.ended) return;
      if (this.#underWay > 0 && this.#outgoing.size === 0 && !this.#outgoing.ended) return;
      void this.#takeTurn(this.#session);
    }
  }

  async #takeTurn(session: string): Promise<void> {
    this.#underWay++;
    const number = this.#turn++;
    const frames = this.#outgoing.drain(TURN_BYTES);
    const last = this.#outgoing.ended && this.#outgoing.size === 0;
    if (last) this.#session = undefined;
    const before = this.#answers;
    const answer = this.#giveTurn(frames, last, number, session);
    this.#answers = (async () => {
      // Answers are heard in the order of their turns.
      const [response] = await Promise.all([answer, before]);
      await this.#hear(response);
    })().catch((error: unknown) => this.fail(asChannelError(error)));
    await this.#answers;
    this.#underWay--;
    this.#goOn();
  }

  /** Again where the mirror had no room, and says so: it has taken nothing then, and keeps the session. */
  async #giveTurn(frames: readonly Uint8Array[], last: boolean, number: number, session: string): Promise<Response> {
    for (let tries = 1, pause = this.#pauseMs; ; tries++, pause *= 2) {
      const response = await this.#post(frames, last, number, session);
      if (response.status !== BUSY || tries === TRIES) return response;
      await response.body?.cancel();
      await new Promise((resolve) => {
        setTimeout(resolve, pause);
      });
    }
  }

  #post(frames: readonly Uint8Array[], last: boolean, number = this.#turn++, session?: string): Promise<Response> {
    return this.#fetch(this.#url, {
      method: 'POST',
      headers: {
        'content-type': FRAMES_TYPE,
        [TURN_HEADER]: last ? `${number} ${ENDED}` : String(number),
        ...(session !== undefined && { [SESSION_HEADER]: session }),
      },
      body: joinFrames(frames),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      signal: this.#giveUp.signal,
    });
  }

  async #hear(response: Response): Promise<void> {
    if (!response.ok) {
      await response.body?.cancel();
      throw lost(`The mirror answered ${response.status}.`);
    }
    const session = response.headers.get(SESSION_HEADER);
    const frames = splitFrames(await readBody(response));
    if (session === null) throw new ChannelError('BadFrame', 'What answered is no mirror: it names no session.');
    for (const frame of frames) if (!this.#incoming.ended) this.#incoming.put(frame);
    if (session === ENDED) {
      this.#session = undefined;
      this.channel.close();
    } else if (this.#turn === 1) {
      this.#session = session;
    }
  }
}

function lost(message: string, cause?: unknown): ChannelError {
  return new ChannelError('Lost', message, {}, cause);
}

function asChannelError(error: unknown): ChannelError {
  return error instanceof ChannelError ? error : lost('The mirror did not answer.', error);
}
