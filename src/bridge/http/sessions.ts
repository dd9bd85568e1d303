import { ChannelError } from '../../mirroring/index.ts';
import { Session } from './session.ts';
import { Shares } from './shares.ts';
import { ENDED, FRAMES_TYPE, joinFrames, MOST_BODY_BYTES, readBody, SESSION_HEADER, splitFrames, TURN_HEADER } from './turn.ts';
import type { Channel } from '../../mirroring/index.ts';

export interface HttpSessionsOptions {
  /** Gets the mirror's end of every channel that is opened. */
  accept(channel: Channel): void;
  /** How many there may be at once, */
  readonly most?: number;
  /** and of one caller. */
  readonly mostOfOne?: number;
  /** How many bytes of requests it may have in hand at once, of all sessions, */
  readonly mostBytes?: number;
  /** and of one caller. */
  readonly mostBytesOfOne?: number;
  /** How long the body of a request may take to come, in milliseconds. */
  readonly bodyMs?: number;
  /** After how long without a request one is lost, in milliseconds. */
  readonly idleMs?: number;
  /** How long a request waits for something to say, in milliseconds: less than servers and proxies in between wait. */
  readonly holdMs?: number;
}

const MOST = 1_000;
const MOST_OF_ONE = 100;
const MOST_BYTES = 128 * 1024 * 1024;
const MOST_BYTES_OF_ONE = 32 * 1024 * 1024;
/** A turn is of a megabyte, and lines are slow. */
const BODY_MS = 120_000;
const IDLE_MS = 60_000;
const HOLD_MS = 20_000;
/** How often is looked whether all has been fetched. */
const LOOK_MS = 10;

interface Held {
  readonly session: Session;
  /** Who has opened it. */
  readonly caller: string | undefined;
  /** Ends the reading of its requests, when it is no more. */
  readonly gone: AbortController;
  /** Its requests that are not answered yet: also those of which the body still comes. */
  inHand: number;
  timer?: ReturnType<typeof setTimeout>;
}

/** What a request says, and who sends it. */
interface Turn {
  readonly request: Request;
  readonly caller: string | undefined;
  readonly number: number;
  readonly last: boolean;
}

/** Why a body is not read to its end. */
const NO_ROOM = new Error('More bytes are in hand than there may be');
const GONE = new Error('The session is no more');

/** The channels over HTTP that a mirror has open: it answers the POST requests of `app.holdfast.mirror.converse`. */
export class HttpSessions {
  readonly #accept: (channel: Channel) => void;
  readonly #idleMs: number;
  readonly #holdMs: number;
  readonly #bodyMs: number;
  readonly #sessions = new Map<string, Held>();
  readonly #places: Shares;
  /** Bytes that have come: what is announced may never come. */
  readonly #bytes: Shares;
  #isFinishing = false;

  constructor({
    accept, most = MOST, mostOfOne = MOST_OF_ONE, mostBytes = MOST_BYTES, mostBytesOfOne = MOST_BYTES_OF_ONE, bodyMs = BODY_MS, idleMs = IDLE_MS, holdMs = HOLD_MS,
  }: HttpSessionsOptions) {
    this.#accept = accept;
    this.#places = new Shares(most, mostOfOne);
    this.#bytes = new Shares(mostBytes, mostBytesOfOne);
    this.#bodyMs = bodyMs;
    this.#idleMs = idleMs;
    this.#holdMs = holdMs;
  }

  /** How many there are. */
  get size(): number {
    return this.#sessions.size;
  }

  /**
   * Never throws for what a request says. CORS is for whoever calls this to add: both headers come and one goes.
   * @param caller who asks; left out where nobody is told from others
   */
  async answer(request: Request, caller?: string): Promise<Response> {
    const id = request.headers.get(SESSION_HEADER);
    const [, number, last] = /^(\d{1,15})( end)?$/.exec(request.headers.get(TURN_HEADER) ?? '') ?? [];
    if (request.method !== 'POST' || request.headers.get('content-type') !== FRAMES_TYPE || number === undefined) {
      return refusal(400, 'InvalidRequest', `A turn is a POST of ${FRAMES_TYPE}, with a number in ${TURN_HEADER}.`);
    }
    if (id === null) return this.#open(request, Number(number), caller);
    const held = this.#sessions.get(id);
    if (held === undefined) return notFound();
    return this.#turn(id, held, { request, caller, number: Number(number), last: last !== undefined });
  }

  /** Opens no more, and lets houses fetch what there is to say to them; resolves then, or after so many milliseconds. */
  async finish(ms: number): Promise<void> {
    this.#isFinishing = true;
    const end = performance.now() + ms;
    while (performance.now() < end && [...this.#sessions.values()].some(({ session }) => session.hasMore)) {
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_MS);
      });
    }
  }

  /** Ends all of them, as a mirror does that goes away. */
  close(): void {
    for (const id of this.#sessions.keys()) this.#lose(id);
  }

  async #open(request: Request, number: number, caller: string | undefined): Promise<Response> {
    if (number !== 0) return refusal(400, 'InvalidRequest', 'A session begins with turn 0.');
    if (this.#isFinishing || !this.#places.take(caller, 1)) return busy();
    const id = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const held = { session: new Session(), caller, gone: new AbortController(), inHand: 0 };
    this.#sessions.set(id, held);
    const answer = this.#turn(id, held, { request, caller, number, last: false });
    this.#accept(held.session.channel);
    return answer;
  }

  async #turn(id: string, held: Held, { request, caller, number, last }: Turn): Promise<Response> {
    const { session } = held;
    clearTimeout(held.timer);
    held.inHand++;
    const lose = (): void => this.#lose(id);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      lose();
    }, this.#bodyMs);
    request.signal.addEventListener('abort', lose);
    let bytes = 0;
    const onMore = (more: number): void => {
      if (!this.#bytes.take(caller, more)) throw NO_ROOM;
      bytes += more;
    };
    try {
      const body = await readBody(request, lengthOf(request), { onMore, signal: held.gone.signal });
      clearTimeout(timer);
      const frames = splitFrames(body);
      const answer = await session.turn(number, frames, last, this.#holdMs);
      if (answer === undefined) return refusal(409, 'WrongTurn', 'This turn has been, or is not next.');
      if (this.#sessions.get(id) !== held) return notFound();
      if (answer.ended) this.#forget(id);
      const headers = { 'content-type': FRAMES_TYPE, 'cache-control': 'no-store', [SESSION_HEADER]: answer.ended ? ENDED : id };
      return new Response(joinFrames(answer.frames), { headers });
    } catch (error) {
      // The house gives the turn again, if it has been told of the session by then.
      if (error === NO_ROOM && number > 0) return busy();
      this.#lose(id, error instanceof ChannelError ? error : undefined);
      if (error === NO_ROOM) return busy();
      if (isLate) return refusal(408, 'RequestTimeout', 'The turn did not come in time. Nothing was taken; please open another session.');
      if (error === GONE) return notFound();
      if (!(error instanceof ChannelError)) throw error;
      return refusal(400, error.code, error.message);
    } finally {
      clearTimeout(timer);
      this.#bytes.give(caller, bytes);
      request.signal.removeEventListener('abort', lose);
      held.inHand--;
      this.#waitFor(id, held);
    }
  }

  /** Loses it after a while, unless another request comes. */
  #waitFor(id: string, held: Held): void {
    clearTimeout(held.timer);
    if (this.#sessions.get(id) === held && held.inHand === 0) held.timer = setTimeout(() => this.#lose(id), this.#idleMs);
  }

  #lose(id: string, error = new ChannelError('Lost', 'The house was not heard of any more.')): void {
    this.#forget(id)?.session.fail(error);
  }

  #forget(id: string): Held | undefined {
    const held = this.#sessions.get(id);
    if (held === undefined) return undefined;
    this.#sessions.delete(id);
    this.#places.give(held.caller, 1);
    clearTimeout(held.timer);
    held.gone.abort(GONE);
    return held;
  }
}

/** As many bytes as it says that it has, or as many as it may have. */
function lengthOf(request: Request): number {
  const said = request.headers.get('content-length') ?? '';
  return /^\d{1,15}$/.test(said) ? Math.min(Number(said), MOST_BODY_BYTES) : MOST_BODY_BYTES;
}

const busy = (): Response => refusal(503, 'TooManySessions', 'This mirror has as much to do as it can. Nothing was taken; please try again later.');

const notFound = (): Response => refusal(404, 'SessionNotFound', 'There is no such session here, or no more. Please open another.');

function refusal(status: number, error: string, message: string): Response {
  return Response.json({ error, message }, { status, headers: { 'cache-control': 'no-store' } });
}
