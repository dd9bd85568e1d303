import { ChannelError } from '../../mirroring/index.ts';
import { Session } from './session.ts';
import { ENDED, FRAMES_TYPE, joinFrames, MOST_BODY_BYTES, readBody, SESSION_HEADER, splitFrames, TURN_HEADER } from './turn.ts';
import type { Channel } from '../../mirroring/index.ts';

export interface HttpSessionsOptions {
  /** Gets the mirror's end of every channel that is opened. */
  accept(channel: Channel): void;
  /** How many there may be at once. */
  readonly most?: number;
  /** How many bytes of requests it may have in hand at once, of all sessions. */
  readonly mostBytes?: number;
  /** After how long without a request one is lost, in milliseconds. */
  readonly idleMs?: number;
  /** How long a request waits for something to say, in milliseconds: less than servers and proxies in between wait. */
  readonly holdMs?: number;
}

const MOST = 1_000;
const MOST_BYTES = 128 * 1024 * 1024;
const IDLE_MS = 60_000;
const HOLD_MS = 20_000;
/** How often is looked whether all has been fetched. */
const LOOK_MS = 10;

interface Held {
  readonly session: Session;
  timer?: ReturnType<typeof setTimeout>;
}

/** The channels over HTTP that a mirror has open: it answers the POST requests of `app.holdfast.mirror.converse`. */
export class HttpSessions {
  readonly #accept: (channel: Channel) => void;
  readonly #most: number;
  readonly #mostBytes: number;
  readonly #idleMs: number;
  readonly #holdMs: number;
  readonly #sessions = new Map<string, Held>();
  #bytes = 0;
  #isFinishing = false;

  constructor({ accept, most = MOST, mostBytes = MOST_BYTES, idleMs = IDLE_MS, holdMs = HOLD_MS }: HttpSessionsOptions) {
    this.#accept = accept;
    this.#most = most;
    this.#mostBytes = mostBytes;
    this.#idleMs = idleMs;
    this.#holdMs = holdMs;
  }

  /** How many there are. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Never throws for what a request says. CORS is for the caller to add: both headers come and one goes. */
  async answer(request: Request): Promise<Response> {
    const id = request.headers.get(SESSION_HEADER);
    const [, number, last] = /^(\d{1,15})( end)?$/.exec(request.headers.get(TURN_HEADER) ?? '') ?? [];
    if (request.method !== 'POST' || request.headers.get('content-type') !== FRAMES_TYPE || number === undefined) {
      return refusal(400, 'InvalidRequest', `A turn is a POST of ${FRAMES_TYPE}, with a number in ${TURN_HEADER}.`);
    }
    if (id === null) return this.#open(request, Number(number));
    const held = this.#sessions.get(id);
    if (held === undefined) return notFound();
    return this.#turn(id, held, request, Number(number), last !== undefined);
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

  async #open(request: Request, turn: number): Promise<Response> {
    if (turn !== 0) return refusal(400, 'InvalidRequest', 'A session begins with turn 0.');
    if (this.#isFinishing || this.#sessions.size >= this.#most) {
      return busy();
    }
    const id = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const held = { session: new Session() };
    this.#sessions.set(id, held);
    const answer = this.#turn(id, held, request, turn, false);
    this.#accept(held.session.channel);
    return answer;
  }

  async #turn(id: string, held: Held, request: Request, number: number, last: boolean): Promise<Response> {
    const { session } = held;
    let bytes = lengthOf(request);
    if (this.#bytes + bytes > this.#mostBytes) {
      this.#lose(id);
      return busy();
    }
    clearTimeout(held.timer);
    this.#bytes += bytes;
    const lose = (): void => this.#lose(id);
    request.signal.addEventListener('abort', lose);
    try {
      const body = await readBody(request, bytes);
      this.#bytes -= bytes - body.length;
      bytes = body.length;
      const frames = splitFrames(body);
      const answer = await session.turn(number, frames, last, this.#holdMs);
      if (answer === undefined) return refusal(409, 'WrongTurn', 'This turn has been, or is not next.');
      if (this.#sessions.get(id) !== held) return notFound();
      if (answer.ended) this.#sessions.delete(id);
      const headers = { 'content-type': FRAMES_TYPE, 'cache-control': 'no-store', [SESSION_HEADER]: answer.ended ? ENDED : id };
      return new Response(joinFrames(answer.frames), { headers });
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      this.#lose(id, error);
      return refusal(400, error.code, error.message);
    } finally {
      this.#bytes -= bytes;
      request.signal.removeEventListener('abort', lose);
      this.#waitFor(id, held);
    }
  }

  /** Loses it after a while, unless another request comes. */
  #waitFor(id: string, held: Held): void {
    clearTimeout(held.timer);
    if (this.#sessions.get(id) === held && !held.session.busy) held.timer = setTimeout(() => this.#lose(id), this.#idleMs);
  }

  #lose(id: string, error = new ChannelError('Lost', 'The house was not heard of any more.')): void {
    const held = this.#sessions.get(id);
    if (held === undefined) return;
    this.#sessions.delete(id);
    clearTimeout(held.timer);
    held.session.fail(error);
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
