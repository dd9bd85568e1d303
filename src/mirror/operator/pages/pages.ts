import type { Pds } from '../../../pds/index.ts';
import type { Rate } from '../../http/rate-limit.ts';
import type { OperatorHost } from '../operator-host.ts';
import type { accountView } from '../views.ts';
import { account, accounts } from './accounts.ts';
import { html } from './html.ts';
import { invitations } from './invitations.ts';
import { layout } from './layout.ts';
import type { Page } from './layout.ts';
import { overview } from './overview.ts';
import { relays } from './relays.ts';
import { Sessions } from './sessions.ts';

const PAGES = ['', 'accounts', 'invitations', 'relays'];
const FORMS = ['accounts', 'invitations', 'relays', 'sign-in', 'sign-out'];
const MAX_FORM_BYTES = 16_384;
const MEGA = 1_000_000;

type Said = Page['said'];
type Body = Readonly<Record<string, unknown>>;
type Account = Awaited<ReturnType<typeof accountView>>;

/** The pages of an operator: plain HTML and forms, which do what the methods do. */
export class OperatorPages {
  readonly #host: OperatorHost;
  readonly #pds: Pds;
  readonly #sessions: Sessions;
  readonly #tryToken: (token: string) => Rate | undefined;

  /**
   * @param pds answers the methods
   * @param tryToken undefined for the token; others are counted
   */
  constructor(host: OperatorHost, pds: Pds, tryToken: (token: string) => Rate | undefined) {
    this.#host = host;
    this.#pds = pds;
    this.#sessions = new Sessions(host.now);
    this.#tryToken = tryToken;
  }

  /** Undefined where there is no such page. */
  async answer(request: Request): Promise<Response | undefined> {
    const url = new URL(request.url);
    const [, place = '', name] = url.pathname.split('/');
    const places = request.method === 'POST' ? FORMS : ['GET', 'HEAD'].includes(request.method) ? PAGES : [];
    if (!places.includes(place)) return undefined;
    const form = request.method === 'POST' ? await formOf(request) : undefined;
    if (form === null) return this.#signIn('That was more than these forms hold. Nothing was changed.', 413);
    if (place === 'sign-in' && form !== undefined) return this.#begin(form.get('token') ?? '', isSecure(request));
    if (!this.#sessions.has(request)) return this.#signIn(undefined, url.pathname === '/' ? 200 : 401);
    if (place === 'sign-out' && form !== undefined) return see('/', { 'set-cookie': this.#sessions.end(request) });
    if (place === 'relays') return this.#relays(form);
    if (place === '') return this.#page('Overview', '/', await overview(this.#host));
    if (place === 'invitations') return this.#invitations(url, form);
    if (place === 'accounts') return name === undefined ? this.#page('Accounts', '/accounts', await accounts(this.#host, url)) : this.#account(decoded(name), form);
    return undefined;
  }

  #begin(token: string, secure: boolean): Response {
    const wrong = this.#tryToken(token);
    if (wrong === undefined) return see('/', { 'set-cookie': this.#sessions.begin(secure) });
    if (!wrong.isOver) return this.#signIn('This is not the token of the operator.', 401);
    const answer = this.#signIn('There were too many wrong tokens. The right one is taken at any time.', 429);
    for (const [name, value] of Object.entries(wrong.headers)) answer.headers.set(name, value);
    return answer;
  }

  #signIn(wrong: string | undefined, status: number): Response {
    return layout({
      title: 'Sign in', host: this.#name, said: wrong === undefined ? undefined : { tone: 'bad', words: wrong },
      body: html`<form class="card" method="post" action="/sign-in"><label for="token">Token of the operator</label>
<input name="username" autocomplete="username" value="operator" hidden>
<input id="token" name="token" type="password" autocomplete="current-password" required aria-describedby="hint"><div class="hint" id="hint">It is what HOLDFAST_OPERATOR_TOKEN holds. This browser is known for eight hours.</div>
<div class="row"><button class="primary">Sign in</button></div></form>`,
    }, status);
  }

  async #relays(form: URLSearchParams | undefined): Promise<Response> {
    const relay = form?.get('relay') ?? undefined;
    const said = form && await this.#done('requestCrawl', { relay }, relay === undefined ? 'All relays were asked.' : 'It was asked.');
    return this.#page('Relays', '/relays', relays(this.#host), said);
  }

  async #invitations(url: URL, form: URLSearchParams | undefined): Promise<Response> {
    if (form === undefined) return this.#page('Invitations', '/invitations', await invitations(this.#host, url));
    const withdrawn = form.get('withdraw');
    if (withdrawn !== null) {
      const said = await this.#done('withdrawInvitation', { code: withdrawn }, 'It was taken back.');
      return this.#page('Invitations', '/invitations', await invitations(this.#host, url), said);
    }
    const wish = { note: form.get('note') ?? '', terms: termsIn(form), short: form.has('short'), ...numberIn(form, 'days', 'days'), ...dayIn(form, 'expires', 'expiresAt') };
    const { status, body } = await this.#call('createInvitation', wish);
    const code = status === 200 ? (body['invitation'] as { code: string }).code : undefined;
    return this.#page('Invitations', '/invitations', await invitations(this.#host, url, code), code === undefined ? { tone: 'bad', words: String(body['message']) } : undefined);
  }

  async #account(did: string, form: URLSearchParams | undefined): Promise<Response> {
    const act = form?.get('act') ?? '';
    const said = form === undefined ? undefined
      : act === 'terms' ? await this.#done('updateAccount', { did, terms: { ...termsIn(form), ...dayIn(form, 'until', 'until') } }, 'These terms hold from now on.')
        : await this.#done('updateAccount', { did, status: act }, (body) => standsAs(body['account'] as Account, this.#host.now()));
    const shown = await account(this.#host, did);
    if (shown === undefined) return layout({ title: 'Not here', host: this.#name, at: '/accounts', said, body: html`<p>This account is not kept here.</p>` }, said?.tone === 'good' ? 200 : 404);
    return this.#page(shown.title, '/accounts', shown.body, said);
  }

  #page(title: string, at: NonNullable<Page['at']>, body: Page['body'], said?: Said): Response {
    return layout({ title, host: this.#name, at, body, said });
  }

  async #done(method: string, input: object, words: string | ((body: Body) => string)): Promise<Said> {
    const { status, body } = await this.#call(method, input);
    if (status !== 200) return { tone: 'bad', words: String(body['message']) };
    return { tone: 'good', words: typeof words === 'string' ? words : words(body) };
  }

  /** As a program of the operator's would. */
  async #call(method: string, input: object): Promise<{ readonly status: number; readonly body: Body }> {
    const request = new Request(`http://operator/xrpc/app.holdfast.operator.${method}`, {
      method: 'POST', body: JSON.stringify(input), headers: { 'content-type': 'application/json' },
    });
    const response = await this.#pds.fetch(request, { kind: 'owner' });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) as Record<string, unknown> };
  }

  get #name(): string {
    return this.#host.names.first.hostname;
  }
}

/** What has become of an account whose standing was set. */
function standsAs({ status, usage: { end } }: Account, now: number): string {
  switch (status) {
    case 'active':
      return end !== undefined && Date.parse(end) <= now ? 'It is served again for a few minutes: its time is over. Set another day in its terms.' : 'It is served again.';
    case 'pairing':
      return 'It was never served here. It may be paired on.';
    case 'deleted':
      return 'It has left. It may come back.';
    default:
      return 'It is served no longer.';
  }
}

/** Whether the browser asks by https, of a proxy that stands before this port. */
function isSecure({ headers }: Request): boolean {
  return headers.get('origin')?.startsWith('https:') === true || headers.get('x-forwarded-proto') === 'https';
}

/** Null for what is too long. */
async function formOf(request: Request): Promise<URLSearchParams | null> {
  const text = new TextDecoder();
  let [form, size] = ['', 0];
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > MAX_FORM_BYTES) return null;
    form += text.decode(chunk, { stream: true });
  }
  return new URLSearchParams(form);
}

/** What is no part of an address names nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

function see(location: string, headers: Record<string, string>): Response {
  return new Response(null, { status: 303, headers: { location, ...headers } });
}

function termsIn(form: URLSearchParams): object {
  return { ...numberIn(form, 'repo', 'repoBytes', MEGA), ...numberIn(form, 'blobs', 'blobBytes', MEGA), ...numberIn(form, 'writes', 'writesPerHour') };
}

/** Nothing where the field is empty; what is no number is refused by the method. */
function numberIn(form: URLSearchParams, field: string, name: string, times = 1): object {
  const text = form.get(field)?.trim() ?? '';
  if (text === '') return {};
  const value = Number(text) * times;
  return { [name]: Number.isFinite(value) ? Math.round(value) : text };
}

/** The end of a day, in UTC. */
function dayIn(form: URLSearchParams, field: string, name: string): object {
  const text = form.get(field)?.trim() ?? '';
  return text === '' ? {} : { [name]: `${text}T23:59:59.000Z` };
}
