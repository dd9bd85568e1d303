import type { IncomingMessage } from 'node:http';
import { lexicons } from '../../protocol/index.ts';
import { METHODS } from '../methods.ts';
import { answer, CONVERSE, refusal, TLS_CHECK, XRPC } from './answer.ts';
import type { Parts } from './answer.ts';
import { callerAddress, isOwn } from './caller-address.ts';
import { addHeaders, preflight } from './headers.ts';
import { lastAnswer } from './last-answer.ts';
import { RateLimit } from './rate-limit.ts';

const WINDOW_MS = 300_000;
/** Methods that take codes of invitations, which nobody is to try out. */
const WITH_CODES: ReadonlySet<string> = new Set([lexicons.AppHoldfastMirrorGetTerms.mainSchema.nsid, lexicons.AppHoldfastMirrorEnroll.mainSchema.nsid]);
/** Calls of these of one caller in a window. */
const MOST_WITH_CODES = 60;
/** Requests of one caller that bring something and are being answered at once: what comes of each may lie in memory. */
const MOST_OPEN = 100;

/** What stands before the answers: how often one may ask, and how much at once, the headers of every answer, and a word where something went wrong. */
export class Front {
  readonly #first: Parts;
  readonly #parts: ReadonlyMap<string, Parts>;
  readonly #isPublic: boolean;
  readonly #limit: RateLimit;
  readonly #codes = new RateLimit({ most: MOST_WITH_CODES, windowMs: WINDOW_MS });
  readonly #methods: ReadonlySet<string>;
  /** By caller. */
  readonly #open = new Map<string, number>();

  /**
   * @param all one for each host name of the mirror; the first for whoever asks by another
   * @param isPublic whether the world asks, by a proxy; a mirror of this machine counts nobody's requests
   */
  constructor(all: readonly Parts[], isPublic: boolean) {
    this.#first = all[0]!;
    this.#parts = new Map(all.map((parts) => [parts.host.at.name, parts]));
    this.#methods = new Set([...METHODS.map(({ schema }) => schema.nsid), CONVERSE]);
    this.#isPublic = isPublic;
    this.#limit = new RateLimit({ most: this.#first.host.settings.requestsIn5Minutes, windowMs: WINDOW_MS });
  }

  /** Never rejects. */
  async answer(request: Request, incoming: IncomingMessage): Promise<Response> {
    const response = await this.#answer(request, incoming).catch((error: unknown) => {
      this.#first.host.onError?.(error);
      return refusal(500, 'InternalServerError', 'Something went wrong inside the mirror. What it keeps is safe.');
    });
    this.#first.host.metrics.request(this.#nameOf(request), response.status);
    addHeaders(response, this.#isPublic);
    return request.method === 'POST' && !response.ok && !incoming.complete ? lastAnswer(response, incoming) : response;
  }

  /** A name that is known, for what is counted. */
  #nameOf({ url }: Request): string {
    const { pathname } = new URL(url);
    const nsid = pathname.startsWith(XRPC) ? pathname.slice(XRPC.length) : '';
    return this.#methods.has(nsid) ? nsid : 'other';
  }

  async #answer(request: Request, incoming: IncomingMessage): Promise<Response> {
    const parts = this.#parts.get(this.#first.host.names.asked(incoming.headers.host).name) ?? this.#first;
    if (request.method === 'OPTIONS') return preflight(request);
    // The proxy itself asks for certificates: not to be kept from it by whoever makes it ask.
    const isProxy = isOwn(incoming.socket.remoteAddress ?? '') && incoming.headers['x-forwarded-for'] === undefined
      && new URL(request.url).pathname === TLS_CHECK;
    if (!this.#isPublic || isProxy) return answer(parts, request);
    const caller = callerAddress(incoming, true);
    const all = this.#limit.count(caller);
    const { isOver, headers } = !all.isOver && WITH_CODES.has(this.#nameOf(request)) ? this.#codes.count(caller) : all;
    if (isOver) return refusal(429, 'RateLimitExceeded', 'These are too many requests. Nothing was done; please wait a little.', headers);
    // What is only read brings nothing, and of what it gives about a megabyte lies in memory.
    const response = await (request.method === 'GET' || request.method === 'HEAD' ? answer(parts, request, caller) : this.#answerBody(parts, request, caller));
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    return response;
  }

  async #answerBody(parts: Parts, request: Request, caller: string): Promise<Response> {
    const open = this.#open.get(caller) ?? 0;
    if (open >= MOST_OPEN) return refusal(429, 'RateLimitExceeded', 'There are too many requests open at once. Nothing was done; please wait for their answers.');
    this.#open.set(caller, open + 1);
    try {
      return await answer(parts, request, caller);
    } finally {
      const left = this.#open.get(caller)! - 1;
      if (left > 0) this.#open.set(caller, left);
      else this.#open.delete(caller);
    }
  }
}
