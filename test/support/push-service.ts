// A push service and the browsers at it, in the places of their makers: it takes what RFC 8030 and RFC 8292 let it take, and the
// browser opens what was encrypted to it, by the letter of RFC 8291 and RFC 8188.
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const CURVE = 'prime256v1';
const DAY_S = 86_400;

/** What a browser tells those who may wake it, and what it keeps for itself. */
export interface Subscription {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly secret: Buffer;
  /** The key of whoever may wake it, in base64url. */
  readonly senderKey: string;
}

/** A browser's part of RFC 8291: with its keys, opens the one record that a message is. @throws where it is not encrypted to it */
export function opened(body: Uint8Array, { secret, auth }: { readonly secret: Uint8Array; readonly auth: string }): string {
  const browser = createECDH(CURVE);
  browser.setPrivateKey(secret);
  const [salt, length] = [body.subarray(0, 16), body[20]!];
  const sender = body.subarray(21, 21 + length);
  const derived = (key: Uint8Array, by: Uint8Array, info: Uint8Array | string, bytes: number): Uint8Array => new Uint8Array(hkdfSync('sha256', key, by, info, bytes));
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), browser.getPublicKey(), sender]);
  const key = derived(browser.computeSecret(sender), Buffer.from(auth, 'base64url'), info, 32);
  const cipher = createDecipheriv('aes-128-gcm', derived(key, salt, 'Content-Encoding: aes128gcm\0', 16), derived(key, salt, 'Content-Encoding: nonce\0', 12));
  const record = body.subarray(21 + length);
  cipher.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([cipher.update(record.subarray(0, -16)), cipher.final()]);
  const end = padded.lastIndexOf(2);
  return padded.subarray(0, end).toString();
}

/** One message, as it came for a browser. */
export interface Pushed {
  readonly endpoint: string;
  /** What the browser reads. */
  readonly text: string;
  /** Of what was posted. */
  readonly size: number;
  readonly seconds: number;
  /** Where whoever sent it may be told of trouble. */
  readonly subject: string;
}

export class PushService {
  readonly origin: string;
  readonly pushed: Pushed[] = [];
  /** What it answers about a browser, in the place of 201. */
  readonly answers = new Map<string, number>();
  /** Whatever was refused, with why. */
  readonly refused: string[] = [];
  readonly #server: Server;
  readonly #browsers = new Map<string, Subscription>();

  private constructor(server: Server) {
    this.#server = server;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      response.writeHead(this.#take(`${this.origin}${request.url}`, request.headers, Buffer.concat(chunks))).end();
    });
  }

  static async start(): Promise<PushService> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PushService(server);
  }

  /** A browser, as `pushManager.subscribe` makes it known. */
  subscribe(senderKey: string): Subscription {
    const keys = createECDH(CURVE);
    keys.generateKeys();
    const endpoint = `${this.origin}/${randomBytes(9).toString('base64url')}`;
    const browser = { endpoint, p256dh: keys.getPublicKey('base64url'), auth: randomBytes(16).toString('base64url'), secret: keys.getPrivateKey(), senderKey };
    this.#browsers.set(endpoint, browser);
    return browser;
  }

  /** What a browser read, as JSON, oldest first. */
  messages({ endpoint }: Pick<Subscription, 'endpoint'>): Record<string, unknown>[] {
    return this.pushed.filter((each) => each.endpoint === endpoint).map(({ text }) => JSON.parse(text) as Record<string, unknown>);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => {
      this.#server.close(done);
    });
  }

  #take(endpoint: string, headers: IncomingHttpHeaders, body: Buffer): number {
    const browser = this.#browsers.get(endpoint);
    const answer = browser === undefined ? 404 : this.answers.get(endpoint) ?? 201;
    if (browser === undefined || answer !== 201) return answer;
    try {
      if (headers['content-encoding'] !== 'aes128gcm') throw new Error('another encoding');
      if (!/^\d+$/.test(String(headers['ttl']))) throw new Error('no TTL');
      const subject = subjectOf(headers.authorization, this.origin, browser.senderKey);
      this.pushed.push({ endpoint, text: opened(body, browser), size: body.length, seconds: Number(headers['ttl']), subject });
      return 201;
    } catch (error) {
      this.refused.push(String(error));
      return 403;
    }
  }
}

/** Whom to tell of trouble, by what is signed with the key that the browser has let in, for this service and for a day at most. @throws Error */
function subjectOf(authorization: string | undefined, origin: string, senderKey: string): string {
  const [, token = '', key] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization ?? '') ?? [];
  if (key !== senderKey) throw new Error('another key');
  const [head = '', claims = '', signature = ''] = token.split('.');
  if ((JSON.parse(Buffer.from(head, 'base64url').toString()) as { readonly alg: unknown }).alg !== 'ES256') throw new Error('another algorithm');
  const point = Buffer.from(key, 'base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
  const isSigned = verify('sha256', Buffer.from(`${head}.${claims}`), { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { readonly aud: string; readonly exp: number; readonly sub: string };
  const left = exp - Date.now() / 1_000;
  if (!isSigned || aud !== origin || left <= 0 || left > DAY_S) throw new Error(`not signed for ${origin}`);
  return sub;
}
