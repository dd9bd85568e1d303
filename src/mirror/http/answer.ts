import { isHandle, normalizeHandle } from '../../protocol/index.ts';
import type { Pds } from '../../pds/index.ts';
import type { MirrorHost } from '../mirror-host.ts';
import type { OwnReads } from '../own-reads.ts';
import { serviceDocument } from './service-document.ts';

/** What answers requests for XRPC, and the turns of conversations. */
export interface Parts {
  readonly host: MirrorHost;
  readonly pds: Pds;
  readonly ownReads: OwnReads;
  /** Answers a turn of a conversation over HTTP. */
  readonly converse: (request: Request, caller?: string) => Promise<Response>;
}

export const TLS_CHECK = '/tls-check';
export const XRPC = '/xrpc/';
export const CONVERSE = 'app.holdfast.mirror.converse';
const SUBSCRIBE = 'com.atproto.sync.subscribeRepos';

/** What apps write with. It needs the owner's key, which is in the owner's house. */
const WRITES: ReadonlySet<string> = new Set(
  ['createRecord', 'putRecord', 'deleteRecord', 'applyWrites', 'uploadBlob'].map((name) => `com.atproto.repo.${name}`),
);

/**
 * Answers a request that is no WebSocket. May throw what nobody foresaw.
 * @param caller who asks; left out where nobody is told from others
 */
export async function answer(parts: Parts, request: Request, caller?: string): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname.startsWith(XRPC)) return answerXrpc(parts, request, pathname.slice(XRPC.length), caller);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405, 'InvalidRequest', 'This is read with GET.', { allow: 'GET, HEAD, OPTIONS' });
  return answerPage(parts.host, request, pathname);
}

/** A refusal as XRPC has it. */
export function refusal(status: number, error: string, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error, message }, { status, headers: { 'cache-control': 'no-store', ...headers } });
}

async function answerXrpc({ host, pds, ownReads, converse }: Parts, request: Request, nsid: string, caller: string | undefined): Promise<Response> {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (nsid === '_health' && isRead) return Response.json({ version: host.version });
  if (nsid === CONVERSE && request.method === 'POST') return converse(request, caller);
  if (nsid === CONVERSE || nsid === SUBSCRIBE) {
    return refusal(426, 'InvalidRequest', 'This is a stream: open it as a WebSocket.', { upgrade: 'websocket', connection: 'upgrade, close' });
  }
  if (WRITES.has(nsid)) {
    if (request.method !== 'POST') return refusal(400, 'InvalidRequest', 'This method is called with POST.');
    return refusal(503, 'NotEnoughResources', 'Writing through this mirror is not possible yet: write in the house itself. Nothing was changed.', { 'retry-after': '3600' });
  }
  return await ownReads(request, nsid) ?? pds.fetch(request, { kind: 'anyone' });
}

async function answerPage(host: MirrorHost, request: Request, pathname: string): Promise<Response> {
  switch (pathname) {
    case '/':
      return text(ABOUT);
    case '/robots.txt':
      return text('# Everything here is public, and made to be fetched by programs.\nUser-agent: *\nAllow: /\n');
    case TLS_CHECK:
      return answerTls(host, new URL(request.url).searchParams.get('domain') ?? '');
    case '/.well-known/did.json':
      return Response.json(serviceDocument(host));
    case '/.well-known/atproto-did':
      return answerHandle(host, new URL(request.url).hostname);
    default:
      return text('There is nothing here.\n', 404);
  }
}

/** The handle is the name by which the mirror was asked. */
async function answerHandle({ copies }: MirrorHost, hostname: string): Promise<Response> {
  const account = isHandle(hostname) ? await copies.accountNamed(normalizeHandle(hostname)) : undefined;
  return account === undefined ? text('No account here has this name.\n', 404) : text(account.did);
}

/** Asked by a proxy before it gets a certificate for a name: only for our own, and for those of accounts that are here. */
async function answerTls({ copies, settings: { hostname, moreHostnames = [], handleDomains } }: MirrorHost, asked: string): Promise<Response> {
  const name = asked.toLowerCase();
  const isOurs = (hostname !== undefined && [hostname, ...moreHostnames].includes(name))
    || (handleDomains.some((domain) => name.endsWith(`.${domain}`)) && isHandle(name) && await copies.accountNamed(normalizeHandle(name)) !== undefined);
  return isOurs ? text('This name is served here.\n') : text('This name is not served here.\n', 404);
}

const ABOUT = `This is a mirror of Holdfast: a server of the AT Protocol (https://atproto.com).

It keeps signed copies of what people write in houses of their own, in their browsers, and serves them to the network.
It holds no key of theirs. What it serves is under /xrpc/.
`;

function text(body: string, status = 200): Response {
  return new Response(body, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
