import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { encode } from '@ipld/dag-cbor';
import { WebSocketServer } from 'ws';
import { readFirehose } from '../support/firehose-reader.ts';
import { ASKED_RULES } from '../support/host-rules.ts';

/** How a host may be wrong; nothing for one that is right. */
interface Faults {
  readonly did?: string | null;
  readonly server?: string;
  /** Another frame for every reader. */
  readonly isFickle?: boolean;
  readonly tellsThePast?: boolean;
  readonly takesAnyCursor?: boolean;
  readonly forgets?: boolean;
}

const frame = (body: object, header: object = { op: 1, t: '#identity' }): Uint8Array => Buffer.concat([encode(header), encode(body)]);
const SEQS = [1_000, 2_000, 3_000];
const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

/** A host with three events. */
async function host(faults: Faults = {}): Promise<string> {
  let readers = 0;
  const server = createServer((_request, response) => {
    const { did = 'did:web:localhost', server: name } = faults;
    response.writeHead(200, { 'content-type': 'application/json', ...(name !== undefined && { server: name }) });
    response.end(JSON.stringify({ did, availableUserDomains: [] }));
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, request) => {
    readers++;
    const text = new URL(request.url ?? '', 'http://localhost').searchParams.get('cursor');
    const cursor = text === null ? (faults.tellsThePast === true ? 0 : Infinity) : Number(text);
    if (text !== null && cursor > 1e12 && faults.takesAnyCursor !== true) {
      socket.send(frame({ error: 'FutureCursor' }, { op: -1 }));
      return socket.close();
    }
    for (const seq of SEQS) {
      if (seq <= cursor || (faults.forgets === true && cursor > 0)) continue;
      socket.send(frame({ seq, did: 'did:web:a.test', time: faults.isFickle === true ? `2026-01-01T00:00:0${readers % 10}Z` : '2026-01-01T00:00:00Z' }));
    }
    if (faults.takesAnyCursor === true && cursor > 1e12) socket.close();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, 'localhost', resolve);
  });
  closers.push(() => {
    sockets.clients.forEach((socket) => socket.terminate());
    server.close();
  });
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

const PLANTS: Readonly<Record<string, Readonly<Record<string, Faults>>>> = {
  A1: { 'no DID': { did: null }, 'the name of a relay': { server: 'indigo atproto-relay' } },
  A5: { 'other bytes for every reader': { isFickle: true }, 'a reader that came back in vain': { forgets: true } },
  B6: { 'the past without a cursor': { tellsThePast: true }, 'a cursor ahead that is taken': { takesAnyCursor: true } },
};

describe('the rules that are shown by asking a host', () => {
  for (const { id, ask } of ASKED_RULES) {
    it(`${id} finds nothing wrong with a host that is right`, async () => {
      assert.equal(await ask(await host()), undefined);
    });
    for (const [name, faults] of Object.entries(PLANTS[id] ?? assert.fail(`nothing is planted against ${id}`))) {
      it(`${id} finds ${name}`, async () => {
        assert.ok(await ask(await host(faults)));
      });
    }
  }
});

describe('a reader of a firehose', () => {
  const listening = async (answer: (request: IncomingMessage, response: ServerResponse) => void, upgrade: (request: IncomingMessage) => void): Promise<string> => {
    const server = createServer(answer).on('upgrade', upgrade).listen(0, 'localhost');
    await once(server, 'listening');
    closers.push(() => server.close());
    return `http://localhost:${(server.address() as AddressInfo).port}`;
  };

  it('takes no connection that a request has left open: the host may just be closing it', async () => {
    const used = new WeakSet<object>();
    const sockets = new WebSocketServer({ noServer: true });
    const url = await listening((request, response) => {
      used.add(request.socket);
      response.end('{}');
    }, (request) => {
      if (used.has(request.socket)) return void request.socket.destroy();
      sockets.handleUpgrade(request, request.socket, Buffer.alloc(0), (socket) => socket.send(frame({ seq: 1 })));
    });
    await (await fetch(url)).text();
    // Free for the next who asks.
    await setImmediate();
    const reader = await readFirehose(url);
    await reader.until(1);
    reader.close();
    await reader.ended;
  });

  it('says why there is none', async () => {
    const url = await listening(() => undefined, ({ socket }) => void socket.end('HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\n\r\n'));
    await assert.rejects(readFirehose(url), /^Error: no firehose at http:\/\/localhost:\d+: .*429/);
  });
});
