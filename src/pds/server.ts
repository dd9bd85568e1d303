import { safeParse } from '@atcute/lexicons/validations';
import { XRPCRouter } from '@atcute/xrpc-server';
import type { Host } from './host.ts';
import { makeHouse } from './house.ts';
import type { PdsOptions } from './house.ts';
import { renewPush } from './mirroring/alerts-at-mirror.ts';
import type { PushDeed } from './mirroring/alerts-at-mirror.ts';
import { correspondents } from './mirroring/correspondents.ts';
import type { Correspondent } from './mirroring/correspondents.ts';
import { readBody } from './xrpc/body.ts';
import { errorResponse } from './xrpc/error-response.ts';
import type { Call, Caller, Method, MethodSchema } from './xrpc/method.ts';
import { invalidRequest, XrpcError } from './xrpc/xrpc-error.ts';

/** A server of XRPC. */
export interface Pds {
  /**
   * Answers a request for `/xrpc/*`, and never rejects. Who asks is for the one who calls this to find out: without a
   * caller the answer to a method that is there is 401.
   */
  fetch(request: Request, caller?: Caller): Promise<Response>;
}

/** The server of a house. */
export interface HousePds extends Pds {
  /** The accounts whose commits wait for their mirrors now. */
  correspondents(): Promise<readonly Correspondent[]>;
  /**
   * Lets a mirror or standby know this browser by its new address.
   * @throws XrpcError AccountNotFound, NotPaired, NotStandby, AlertNotFound, AlertFailed and others; MirrorError
   */
  renewPush(did: string, url: string, push: PushDeed & { readonly replaces: string }): Promise<void>;
}

const PREFIX = '/xrpc/';
const MAX_JSON_BYTES = 1_000_000;
const REQUEST_ID = 'holdfast-request-id';
const REQUEST_ID_FORM = /^[A-Za-z0-9_-]{8,128}$/;

/** The server of a house, with methods of `methods.ts`, or those of `kit-methods.ts`. */
export function createPds(options: PdsOptions, methods: readonly Method[]): HousePds {
  const house = makeHouse(options);
  return { ...createServer(house, methods), correspondents: () => correspondents(house), renewPush: (...of) => renewPush(house, ...of) };
}

export interface ServerOptions {
  /** How long a body may take to come that is read before its method is called, in milliseconds; as long as it likes where it is left out. */
  readonly bodyMs?: number;
}

/** A server that answers these methods for this host. */
export function createServer<Served extends Host>(host: Served, methods: readonly Method<Served>[], { bodyMs }: ServerOptions = {}): Pds {
  const table = new Map<string, Method<Served>>(methods.map((method) => [method.schema.nsid, method]));
  // The router gives its handlers the request and no more.
  const calls = new WeakMap<Request, Call<Served>>();
  const failed = (error: unknown): Response => errorResponse(error, host.onError);
  const router = new XRPCRouter({ handleException: failed });
  for (const method of methods) register(router, method, calls);

  const answer = async (request: Request, caller: Caller | undefined): Promise<Response> => {
    const method = methodOf(table, request);
    const call = await callOf(host, method, request, caller, bodyMs);
    const checked = checkedRequest(call, method);
    calls.set(checked, call);
    const response = await router.fetch(checked);
    // No method took the call: the router has refused it, in more words than XRPC has.
    return calls.has(checked) ? inShort(response) : response;
  };
  return { fetch: (request, caller) => answer(request, caller).catch(failed) };
}

/** @throws XrpcError MethodNotImplemented, InvalidRequest */
function methodOf<Served extends Host>(table: ReadonlyMap<string, Method<Served>>, request: Request): Method<Served> {
  const { pathname } = new URL(request.url);
  const method = pathname.startsWith(PREFIX) ? table.get(pathname.slice(PREFIX.length)) : undefined;
  if (method === undefined) throw new XrpcError(501, 'MethodNotImplemented', 'This server does not know the method.');
  const expected = method.schema.type === 'xrpc_query' ? 'GET' : 'POST';
  if (request.method !== expected && !(expected === 'GET' && request.method === 'HEAD')) {
    throw invalidRequest(`This method is called with ${expected}.`);
  }
  return method;
}

async function callOf<Served extends Host>(
  host: Served, { schema, isStream = false, admit }: Method<Served>, request: Request, caller: Caller | undefined, bodyMs: number | undefined,
): Promise<Call<Served>> {
  if (caller === undefined) throw new XrpcError(401, 'AuthMissing', 'This method needs to know who calls it.');
  const requestId = request.headers.get(REQUEST_ID) ?? undefined;
  if (requestId !== undefined && !REQUEST_ID_FORM.test(requestId)) {
    throw invalidRequest(`The header ${REQUEST_ID} holds 8 to 128 of A-Z, a-z, 0-9, - and _.`);
  }
  const encoding = request.headers.get('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw new XrpcError(415, 'UnsupportedMediaType', 'A body comes as it is, without a Content-Encoding.');
  }
  admit?.({ host, request, nsid: schema.nsid });
  const isBlob = schema.type === 'xrpc_procedure' && schema.input?.type === 'blob';
  const body = isStream ? new Uint8Array() : await readBody(request, isBlob ? host.maxBlobBytes : MAX_JSON_BYTES, bodyMs);
  if (!isBlob && body.length > 0) checkText(body);
  return { host, caller, nsid: schema.nsid, requestId, request, body, answerHeaders: new Headers() };
}

/** A byte that is no text would be read as another character, and nobody would know. */
function checkText(body: Uint8Array): void {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw invalidRequest('The body is not text in UTF-8. Nothing was changed.', cause);
  }
}

/** The request with the body that was read, for the router; one that has none as it is. */
function checkedRequest<Served extends Host>({ request, body }: Call<Served>, { isStream = false }: Method<Served>): Request {
  const { url, method, headers } = request;
  const checked = method === 'POST' ? new Request(url, { method, headers, ...(body.length > 0 && { body }) }) : request;
  // The router asks `body` whether there is one, which Firefox cannot say.
  Object.defineProperty(checked, 'body', { value: body.length > 0 || isStream ? undefined : null });
  return checked;
}

async function inShort(response: Response): Promise<Response> {
  const { error, message } = await response.json() as { error: string; message: string };
  return Response.json({ error, message }, { status: response.status });
}

function register<Served extends Host>(router: XRPCRouter, method: Method<Served>, calls: WeakMap<Request, Call<Served>>): void {
  const handler = async ({ request, params, input }: { request: Request; params?: unknown; input?: unknown }): Promise<Response> => {
    const call = calls.get(request);
    if (call === undefined) throw new TypeError('A request is answered once');
    calls.delete(request);
    const response = responseOf(method.schema, await method.handle(call, params, input));
    call.answerHeaders.forEach((value, name) => response.headers.set(name, value));
    return response;
  };
  if (method.schema.type === 'xrpc_query') router.addQuery(method.schema, { handler });
  else router.addProcedure(method.schema, { handler });
}

/** An answer that its lexicon does not know is a mistake of ours, and is not given. */
function responseOf({ nsid, output }: MethodSchema, answer: unknown): Response {
  if (output?.type === 'lex') {
    const result = safeParse(output.schema, answer);
    if (!result.ok) throw new TypeError(`The answer of ${nsid} is not what its lexicon says: ${result.message}`);
    return Response.json(answer);
  }
  if (output === null) return new Response(null);
  if (!(answer instanceof Response)) throw new TypeError(`${nsid} has given no response`);
  return answer;
}
