import { Hono } from 'hono';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { isDid } from '../../protocol/index.ts';
import { field } from './ask.ts';
import { Refusal } from './refusal.ts';
import type { Relay } from './relay.ts';
import type { HostRow, RelayAccount, RelayStore } from './relay-store.ts';

const MOST_BODY_BYTES = 10_000;

/** Words of `com.atproto.sync` for an account that is not served. */
const NOT_SERVED: Readonly<Record<string, string>> = { takendown: 'RepoTakendown', suspended: 'RepoSuspended', deactivated: 'RepoDeactivated' };

const small = bodyLimit({
  maxSize: MOST_BODY_BYTES,
  onError: (context) => context.json({ error: 'PayloadTooLarge', message: `A body has at most ${MOST_BODY_BYTES} bytes.` }, 413),
});

/** The methods of a relay, over HTTP. The stream is served beside them. */
export function relayRoutes(relay: Relay, store: RelayStore): Hono {
  const app = new Hono();
  app.use(cors());
  app.onError((error, context) => {
    if (error instanceof Refusal) return refuse(context, error.code, error.message);
    console.error(error);
    return context.json({ error: 'InternalServerError', message: 'The relay could not answer. Nothing was changed.' }, 500);
  });
  app.notFound((context) => context.req.path.startsWith('/xrpc/')
    ? context.json({ error: 'MethodNotImplemented', message: 'This relay has no such method.' }, 501)
    : context.text('This is a relay of the AT Protocol. Its methods are under /xrpc/.\n', 404));

  app.get('/xrpc/_health', (context) => context.json({ version: 'holdfast' }));

  app.post('/xrpc/com.atproto.sync.requestCrawl', small, async (context) => {
    const hostname = field(await context.req.json().catch(() => undefined), 'hostname');
    if (typeof hostname !== 'string') throw badRequest('The body names no hostname.');
    await relay.requestCrawl(hostname);
    return context.body(null, 200);
  });

  app.get('/xrpc/com.atproto.sync.listHosts', (context) => {
    const { limit, after } = pageOf(context, 1_000, 200);
    const hosts = store.hosts().filter(({ hostname }) => hostname > after).slice(0, limit);
    return context.json({ hosts: hosts.map((host) => hostView(host, store)), ...cursorOf(hosts.length === limit, hosts.at(-1)?.hostname) });
  });

  app.get('/xrpc/com.atproto.sync.getHostStatus', (context) => {
    const hostname = context.req.query('hostname');
    if (hostname === undefined) throw badRequest('The query names no hostname.');
    const host = store.host(hostname.toLowerCase());
    if (host === undefined) throw new Refusal('HostNotFound', 'This relay does not read that host.');
    return context.json(hostView(host, store));
  });

  app.get('/xrpc/com.atproto.sync.listRepos', (context) => {
    const { limit, after } = pageOf(context, 1_000, 500);
    const accounts = store.accounts(after, limit);
    const repos = accounts.map((account) => ({ did: account.did, head: String(account.head?.cid), rev: account.head?.rev, ...statusOf(account) }));
    return context.json({ repos, ...cursorOf(accounts.length === limit, accounts.at(-1)?.did) });
  });

  app.get('/xrpc/com.atproto.sync.getLatestCommit', (context) => {
    const { head, status } = accountOf(context, store);
    const reason = NOT_SERVED[status];
    if (reason !== undefined) throw new Refusal(reason, `The account is ${status}.`);
    if (head === undefined) throw new Refusal('RepoNotFound', 'This relay knows no repository of that account.');
    return context.json({ cid: head.cid.toString(), rev: head.rev });
  });

  app.get('/xrpc/com.atproto.sync.getRepoStatus', (context) => {
    const account = accountOf(context, store);
    const status = statusOf(account);
    return context.json({ did: account.did, ...status, ...(status.active && account.head !== undefined && { rev: account.head.rev }) });
  });

  return app;
}

function refuse(context: Context, error: string, message: string): Response {
  return context.json({ error, message }, 400);
}

function badRequest(message: string): Refusal {
  return new Refusal('InvalidRequest', message);
}

function pageOf(context: Context, most: number, standard: number): { readonly limit: number; readonly after: string } {
  const { limit: text = String(standard), cursor = '' } = context.req.query();
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > most) throw badRequest(`The limit is a number from 1 to ${most}.`);
  return { limit, after: cursor };
}

function cursorOf(isFull: boolean, last: string | undefined): { readonly cursor?: string } {
  return isFull && last !== undefined ? { cursor: last } : {};
}

function accountOf(context: Context, store: RelayStore): RelayAccount {
  const did = context.req.query('did');
  if (did === undefined || !isDid(did)) throw badRequest('The query names no DID.');
  const account = store.account(did);
  if (account === undefined) throw new Refusal('RepoNotFound', 'This relay does not know that account.');
  return account;
}

function statusOf({ status, astray }: RelayAccount): { readonly active: boolean; readonly status?: string } {
  if (status !== 'active') return { active: false, status };
  return astray === undefined ? { active: true } : { active: false, status: 'desynchronized' };
}

/** With what was refused, which the lexicon has no place for: whoever runs a host looks here first. */
function hostView({ hostname, cursor, status, refused, lastRefusal }: HostRow, store: RelayStore): object {
  return { hostname, seq: cursor, status, accountCount: store.accountCount(hostname), refused, ...(lastRefusal !== undefined && { lastRefusal }) };
}
