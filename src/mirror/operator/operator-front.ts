import { createServer } from '../../pds/index.ts';
import type { Pds } from '../../pds/index.ts';
import { refusal } from '../http/answer.ts';
import { RateLimit } from '../http/rate-limit.ts';
import type { Rate } from '../http/rate-limit.ts';
import type { OperatorSettings } from '../settings.ts';
import { gaugesOf } from './gauges.ts';
import { isMeantForUs, isToken, showsToken } from './guard.ts';
import { OPERATOR_METHODS } from './methods.ts';
import type { OperatorHost } from './operator-host.ts';
import { OperatorPages } from './pages/pages.ts';
import { mirrorView } from './views.ts';

/** What goes on every answer that has none of its own. No other site may read, frame or run any of it. */
const ALWAYS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
/** Wrong tokens of all callers together in five minutes, before they hear no more than that there were too many. */
const MOST_WRONG = 30;

/** Answers the operator of a mirror. Nobody else learns more here than whether it is ready. */
export class OperatorFront {
  readonly #host: OperatorHost;
  readonly #settings: OperatorSettings;
  readonly #pds: Pds;
  readonly #wrong: RateLimit;
  readonly #pages: OperatorPages;

  constructor(host: OperatorHost, settings: OperatorSettings) {
    this.#host = host;
    this.#settings = settings;
    this.#pds = createServer(host, OPERATOR_METHODS);
    this.#wrong = new RateLimit({ most: MOST_WRONG, windowMs: 300_000, now: host.now });
    this.#pages = new OperatorPages(host, this.#pds, (token) => (isToken(token, settings) ? undefined : this.#noteWrong()));
  }

  /** Never rejects. */
  async answer(request: Request): Promise<Response> {
    const response = await this.#answer(request).catch((error: unknown) => {
      this.#host.onError?.(error);
      return refusal(500, 'InternalServerError', 'Something went wrong inside the mirror. What it keeps is safe.');
    });
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries(ALWAYS)) if (!headers.has(name)) headers.set(name, value);
    return new Response(response.body, { status: response.status, headers });
  }

  async #answer(request: Request): Promise<Response> {
    if (!isMeantForUs(request, this.#settings)) {
      return refusal(421, 'InvalidRequest', 'This port is asked by its address, as localhost, or by the name in HOLDFAST_OPERATOR_HOSTNAME, and not from pages of others.');
    }
    const { pathname } = new URL(request.url);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const isCalled = pathname.startsWith('/xrpc/');
    const answered = isCalled ? undefined : await this.#pages.answer(request);
    if (answered !== undefined) return answered;
    if (!isCalled && !isRead) return refusal(405, 'InvalidRequest', 'This is read with GET.', { allow: 'GET, HEAD' });
    const isOperator = showsToken(request, this.#settings);
    if (pathname === '/health' && !request.headers.has('authorization')) return this.#ready();
    if (!isOperator) return this.#unknown(request);
    if (isCalled) return this.#pds.fetch(request, { kind: 'owner' });
    if (pathname === '/health') return Response.json(await mirrorView(this.#host));
    if (pathname === '/metrics') return this.#metrics();
    return refusal(404, 'InvalidRequest', 'There is nothing here.');
  }

  async #metrics(): Promise<Response> {
    const text = this.#host.metrics.text(await gaugesOf(this.#host));
    return new Response(text, { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } });
  }

  async #ready(): Promise<Response> {
    const isReady = this.#host.isReady() && await this.#host.copies.lastSeq().then(() => true, () => false);
    return Response.json({ ready: isReady }, { status: isReady ? 200 : 503 });
  }

  /** Of many only the first are in the log. */
  #noteWrong(): Rate {
    const rate = this.#wrong.count('');
    if (!rate.isOver) this.#host.log('Somebody showed the operator port a token that is not the one of the operator');
    return rate;
  }

  #unknown(request: Request): Response {
    if (!request.headers.has('authorization')) {
      return refusal(401, 'AuthMissing', 'This needs the token of the operator, HOLDFAST_OPERATOR_TOKEN.', { 'www-authenticate': 'Bearer' });
    }
    const { isOver, headers } = this.#noteWrong();
    if (isOver) return refusal(429, 'RateLimitExceeded', 'There were too many wrong tokens. The right one is taken at any time.', headers);
    return refusal(401, 'InvalidToken', 'This is not the token of the operator.', { 'www-authenticate': 'Bearer' });
  }
}
