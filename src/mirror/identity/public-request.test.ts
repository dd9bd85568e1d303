import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent } from 'node:https';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { after, before, mock, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { postPublic, requestPublic } from './public-request.ts';

/** In the place of the server that a name leads to: it answers this, without TLS. */
let answer = '';
let server: Server;

before(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  mock.method(Agent.prototype, 'createConnection', () => connect((server.address() as AddressInfo).port, '127.0.0.1'));
});
after(() => {
  mock.restoreAll();
  server.close();
});

const outcome = (asked: Promise<unknown>): Promise<unknown> => (
  Promise.race([asked.catch(({ code }: { code: string }) => code), pause(20_000, 'nothing for twenty seconds', { ref: false })])
);
const limit = (): AbortSignal => AbortSignal.timeout(10_000);

test('a server that answers is asked, and only told what it is to be told', async () => {
  answer = 'HTTP/1.1 204 No Content\r\n\r\n';
  assert.equal(await postPublic('https://example.com/', 'words', {}, limit()), 204);
  const response = await requestPublic('https://example.com/', {}, limit());
  assert.equal(response.statusCode, 204);
  response.destroy();
});

test('a server that goes over to another protocol, or answers nothing that makes sense, has not answered', async () => {
  for (const text of ['HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n', 'SSH-2.0-x\r\n\r\n']) {
    answer = text;
    assert.equal(await outcome(postPublic('https://example.com/', 'words', {}, limit())), 'NoAnswer', text);
    assert.equal(await outcome(requestPublic('https://example.com/', {}, limit())), 'NoAnswer', text);
  }
});

test('a server that goes on with 1xx for ever is given up when its time is over', async () => {
  answer = 'HTTP/1.1 102 Processing\r\n\r\n';
  assert.equal(await outcome(postPublic('https://example.com/', 'words', {}, AbortSignal.timeout(100))), 'NoAnswer');
});
