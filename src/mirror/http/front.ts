import type { IncomingMessage } from 'node:http';
import { answer, refusal } from './answer.ts';
import type { Parts } from './answer.ts';
import { callerAddress } from './caller-address.ts';
import { preflight, withHeaders } from './headers.ts';
import { RateLimit } from './rate-limit.ts';

/** What stands before the answers: how often one may ask, the headers of every answer, and a word where something went wrong. */
export class Front {
  readonly #parts: Parts;
  readonly #isPublic: boolean;
  readonly #limit: RateLimit;

  /** @param isPublic whether the world asks, by a proxy; a mirror of this machine counts nobody's requests */
  constructor(parts: Parts, isPublic: boolean) {
    this.#parts = parts;
    this.#isPublic = isPublic;
    this.#limit = new RateLimit({ most: parts.host.settings.requestsIn5Minutes, windowMs: 300_000 });
  }

  /** Never rejects. */
  async answer(request: Request, incoming: IncomingMessage): Promise<Response> {
    try {
      return withHeaders(await this.#answer(request, incoming), this.#isPublic);
    } catch (error) {
      this.#parts.host.onError?.(error);
      return withHeaders(refusal(500, 'InternalServerError', 'Something went wrong inside the mirror. What it keeps is safe.'), this.#isPublic);
    }
  }

  async #answer(request: Request, incoming: IncomingMessage): Promise<Response> {
    if (request.method === 'OPTIONS') return preflight(request);
    if (!this.#isPublic) return answer(this.#parts, request);
    const { isOver, headers } = this.#limit.count(callerAddress(incoming, true));
    if (isOver) return refusal(429, 'RateLimitExceeded', 'These are too many requests. Nothing was done; please wait a little.', headers);
    const response = await answer(this.#parts, request);
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    return response;
  }
}
