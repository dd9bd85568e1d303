// A server of an owner that is called: it checks the signature as such servers are told to, and remembers what came.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What came, as JSON, and whether it was signed rightly and lately. */
export interface Called {
  readonly message: Record<string, unknown>;
  readonly isSigned: boolean;
}

const LATELY_S = 300;

export class WebhookReceiver {
  readonly secret: string;
  readonly url: string;
  readonly calls: Called[] = [];
  /** Answers; with 200 where it is not set otherwise. */
  conduct: (response: ServerResponse) => void = (response) => response.end();
  readonly #server: Server;

  private constructor(server: Server, secret: string) {
    this.#server = server;
    this.secret = secret;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/told`;
    server.on('request', async (request, response) => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
      this.calls.push({ message: JSON.parse(body) as Record<string, unknown>, isSigned: this.#isSigned(request.headers['holdfast-signature'], body) });
      this.conduct(response);
    });
  }

  static async start(secret = 'a secret of this test'.replaceAll(' ', '-')): Promise<WebhookReceiver> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WebhookReceiver(server, secret);
  }

  /** What came of one type, oldest first. */
  messages(type: string): Record<string, unknown>[] {
    return this.calls.map(({ message }) => message).filter((message) => message['type'] === type);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => {
      this.#server.close(done);
    });
  }

  #isSigned(header: string | string[] | undefined, body: string): boolean {
    const [, time, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(header)) ?? [];
    if (time === undefined || Math.abs(Date.now() / 1_000 - Number(time)) > LATELY_S) return false;
    return timingSafeEqual(Buffer.from(mac!, 'hex'), createHmac('sha256', this.secret).update(`${time}.${body}`).digest());
  }
}
