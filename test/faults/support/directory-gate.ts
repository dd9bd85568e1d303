import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { portOfItsOwn } from './port-of-its-own.ts';

/** Stands before a directory, and can be down: then it refuses every connection, or takes it and says nothing. */
export class DirectoryGate {
  readonly url: string;
  /** The directory behind it. */
  target: string | undefined;
  /** Paths of what was answered. */
  readonly answered: string[] = [];
  /** How many requests have got no answer. */
  unanswered = 0;
  readonly #port: number;
  #server: Server | undefined;
  #hangs = false;
  // Who is refused is seen only by who asks: all of them are in this process.
  readonly #onRefused = (message: unknown): void => {
    const { connectParams: { host } } = message as { readonly connectParams: { readonly host: string } };
    if (host === new URL(this.url).host) this.unanswered++;
  };

  private constructor(port: number) {
    this.#port = port;
    this.url = `http://localhost:${port}`;
    subscribe('undici:client:connectError', this.#onRefused);
  }

  static async make(): Promise<DirectoryGate> {
    const gate = new DirectoryGate(await portOfItsOwn());
    await gate.open();
    return gate;
  }

  async open(): Promise<void> {
    this.#hangs = false;
    if (this.#server !== undefined) return;
    this.#server = createServer((request, response) => void this.#answer(request, response)).listen(this.#port, 'localhost');
    await once(this.#server, 'listening');
  }

  async hang(): Promise<void> {
    await this.open();
    this.#hangs = true;
  }

  async refuse(): Promise<void> {
    this.#server?.closeAllConnections();
    const closed = this.#server && once(this.#server.close(), 'close');
    this.#server = undefined;
    await closed;
  }

  async end(): Promise<void> {
    unsubscribe('undici:client:connectError', this.#onRefused);
    await this.refuse();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#hangs) return void this.unanswered++;
    const { method = 'GET', url = '/', headers: { 'content-type': type } } = request;
    const body = method === 'POST' ? new Uint8Array(await buffer(request)) : undefined;
    const answer = await fetch(`${this.target}${url}`, { method, ...(type !== undefined && { headers: { 'content-type': type } }), ...(body !== undefined && { body }) });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    response.end(new Uint8Array(await answer.arrayBuffer()), () => this.answered.push(url));
  }
}
