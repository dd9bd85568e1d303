import { once } from 'node:events';
import { createServer, request as ask } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { connectPatiently } from '../../support/patient-connections.ts';

connectPatiently();

/** What somebody asked. */
export interface Asked {
  readonly method: string;
  /** After `/xrpc/`; or the whole path. A fault may put another method in its place. */
  name: string;
  readonly params: URLSearchParams;
  range?: string | undefined;
  /** What came along; a fault may put something else in its place. */
  body: Buffer;
}

/** What is answered; a fault changes it. */
export interface Answered {
  status: number;
  readonly headers: Record<string, string>;
  body: Buffer;
}

/** One connection to the firehose. */
export interface Stream {
  readonly cursor: number | undefined;
  /** How many with a cursor, or without one, were opened before. */
  readonly number: number;
  /** How many frames the server has sent on it before. */
  frames: number;
}

/** What a proxy does wrong. */
export interface Wrong {
  /** Changes the request before the server sees it. */
  readonly ask?: (asked: Asked) => void;
  readonly answer?: (asked: Asked, answered: Answered) => void | Promise<void>;
  /** What becomes of a frame: none, one or several. */
  readonly frame?: (frame: Uint8Array, stream: Stream) => readonly (Uint8Array | string)[];
  /** The cursor that the server sees instead. */
  readonly cursor?: (stream: Stream) => number | undefined;
  /** So long a frame is held back, and what comes after it, in milliseconds. */
  readonly pauseMs?: (stream: Stream) => number;
  readonly noPong?: boolean;
  readonly noClose?: boolean;
  /** The status with which connections are refused. */
  readonly refuseStream?: number;
}

/** Documents of sign-in that are right, which our mirrors do not have: of this origin. */
function documentsOf(origin: string): Readonly<Record<string, object>> {
  return {
    '/.well-known/oauth-protected-resource': { resource: origin, authorization_servers: [origin], scopes_supported: [], bearer_methods_supported: ['header'] },
    '/.well-known/oauth-authorization-server': {
      issuer: origin, authorization_endpoint: `${origin}/oauth/authorize`, token_endpoint: `${origin}/oauth/token`, pushed_authorization_request_endpoint: `${origin}/oauth/par`,
      scopes_supported: ['atproto'], response_types_supported: ['code'], grant_types_supported: ['authorization_code', 'refresh_token'], code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'], token_endpoint_auth_signing_alg_values_supported: ['ES256'], dpop_signing_alg_values_supported: ['ES256'],
      authorization_response_iss_parameter_supported: true, require_pushed_authorization_requests: true, client_id_metadata_document_supported: true,
    },
  };
}

/** Stands before a server on this machine, under an address of its own, and does one thing wrong. */
export class FaultyProxy {
  readonly #server: Server;
  readonly #target: string;
  readonly #directory: string;
  readonly #wrong: Wrong;
  readonly #sockets: WebSocketServer;
  readonly #counts = { with: 0, without: 0 };

  private constructor(server: Server, { target, directory, wrong }: { readonly target: string; readonly directory: string; readonly wrong: Wrong }) {
    this.#server = server;
    this.#target = target;
    this.#directory = directory;
    this.#wrong = wrong;
    this.#sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, ...(wrong.noPong === true && { autoPong: false }) });
    server.on('request', (request, response) => void this.#carry(request, response).catch(() => response.destroy()));
    server.on('upgrade', (request, socket, head) => this.#join(request, socket, head));
  }

  /** @param target, @param directory origins */
  static async start(target: string, directory: string, wrong: Wrong = {}): Promise<FaultyProxy> {
    const server = createServer();
    server.listen(0, 'localhost');
    await once(server, 'listening');
    return new FaultyProxy(server, { target, directory, wrong });
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.origin);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const asked: Asked = { method: request.method ?? 'GET', name: url.pathname.replace('/xrpc/', ''), params: url.searchParams, range: request.headers.range, body: Buffer.concat(chunks) };
    this.#wrong.ask?.(asked);
    const answered = await this.#answerOf(asked, url, request);
    await this.#wrong.answer?.(asked, answered);
    delete answered.headers['transfer-encoding'];
    if (answered.status !== 204) answered.headers['content-length'] = String(answered.body.length);
    response.writeHead(answered.status, answered.headers).end(answered.body);
  }

  async #answerOf(asked: Asked, url: URL, request: IncomingMessage): Promise<Answered> {
    const document = documentsOf(this.origin)[url.pathname];
    if (document !== undefined) return { status: 200, headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' }, body: Buffer.from(JSON.stringify(document)) };
    const isDirectory = url.pathname.startsWith('/directory/');
    const [server, path] = isDirectory ? [this.#directory, url.pathname.slice('/directory'.length)] : [this.#target, asked.name.startsWith('/') ? asked.name : `/xrpc/${asked.name}`];
    const query = asked.params.size === 0 ? '' : `?${asked.params}`;
    // Only what is not packed can be changed.
    const { range: _, ...others } = request.headers;
    const headers = { ...others, 'accept-encoding': 'identity', ...(asked.range !== undefined && { range: asked.range }), ...(asked.body.length > 0 && { 'content-length': String(asked.body.length) }) };
    const passed = ask(`${server}${path}${query}`, { method: asked.method, headers, agent: false });
    passed.end(asked.body);
    const [response] = await once(passed, 'response') as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const told = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
    return { status: response.statusCode ?? 0, headers: told, body: this.#moved(told['content-type'] ?? '', Buffer.concat(chunks), isDirectory) };
  }

  /** Text that names the server names this address instead. */
  #moved(type: string, body: Buffer, isDirectory: boolean): Buffer {
    if (!isDirectory && !/json|text/.test(type)) return body;
    const [from, to] = [new URL(this.#target).host, new URL(this.origin).host];
    return Buffer.from(body.toString().replaceAll(from, to).replaceAll(from.replace(':', '%3A'), to.replace(':', '%3A')));
  }

  #join(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    if (this.#wrong.refuseStream !== undefined) return void socket.end(`HTTP/1.1 ${this.#wrong.refuseStream} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    const url = new URL(request.url ?? '/', this.origin);
    const cursor = url.searchParams.get('cursor');
    const number = cursor === null ? this.#counts.without++ : this.#counts.with++;
    const stream: Stream = { cursor: cursor === null ? undefined : Number(cursor), number, frames: 0 };
    const seen = this.#wrong.cursor === undefined ? cursor : this.#wrong.cursor(stream) ?? null;
    const query = seen === null ? '' : `?cursor=${seen}`;
    const passed = new WebSocket(`${this.#target.replace('http', 'ws')}${url.pathname}${query}`, { perMessageDeflate: false });
    const early: Buffer[] = [];
    const keep = (data: Buffer): number => early.push(data);
    passed.on('message', keep);
    passed.on('error', () => socket.destroy());
    passed.once('unexpected-response', (_asked, { statusCode = 500 }) => {
      socket.end(`HTTP/1.1 ${statusCode} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      passed.terminate();
    });
    passed.once('open', () => this.#sockets.handleUpgrade(request, socket, head, (client) => {
      const queue: (Uint8Array | string)[] = [];
      let paused: NodeJS.Timeout | undefined;
      const send = (): void => {
        paused = undefined;
        for (const frame of queue.splice(0)) client.send(frame);
      };
      const tell = (data: Buffer): void => {
        const frames = this.#wrong.frame?.(new Uint8Array(data), stream) ?? [data];
        const ms = this.#wrong.pauseMs?.(stream) ?? 0;
        stream.frames++;
        queue.push(...frames);
        if (ms > 0) paused = setTimeout(send, ms);
        else if (paused === undefined) send();
      };
      passed.off('message', keep);
      passed.on('message', tell);
      early.forEach(tell);
      passed.on('close', () => client.close());
      client.on('close', () => passed.close());
      if (this.#wrong.noClose === true) client.close = () => client.terminate();
    }));
  }
}
