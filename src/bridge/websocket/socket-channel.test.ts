import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { after, before, it, mock } from 'node:test';
import { WebSocket as RawSocket } from 'ws';
import { MAX_FRAME_BYTES } from '../../protocol/index.ts';
import { SocketServer } from '../../../test/support/websocket-pair.ts';
import { openWebSocket } from './index.ts';
import type { Channel } from '../../mirroring/index.ts';

const server = new SocketServer();
before(() => server.listen());
after(() => server.close());

/** How often the server asks whether its client is there: a test that is held up is not to lose it. */
const PING_MS = 30_000;

/** What the server's channel makes of a client that is none of ours. */
async function raw(options: object = {}): Promise<{ readonly client: RawSocket; readonly channel: Channel }> {
  const accepted = server.accepted();
  const client = new RawSocket(`ws://127.0.0.1:${server.port}/`, { ...options });
  client.on('error', () => undefined);
  return { client, channel: await accepted };
}

async function read(channel: Channel): Promise<number> {
  let count = 0;
  for await (const frame of channel.frames) count += frame.length;
  return count;
}

it('text is no frame', async () => {
  const { client, channel } = await raw();
  const closed = once(client, 'close');
  if (client.readyState !== client.OPEN) await once(client, 'open');
  client.send('hello');
  await assert.rejects(read(channel), { code: 'BadFrame' });
  assert.equal((await closed)[0], 4003);
});

it('a frame that is too large is not taken in', async () => {
  const { client, channel } = await raw();
  if (client.readyState !== client.OPEN) await once(client, 'open');
  client.send(new Uint8Array(MAX_FRAME_BYTES + 1));
  await assert.rejects(read(channel), { code: 'BadFrame' });
  await assert.rejects(channel.send(Uint8Array.of(1)), { code: 'BadFrame' });
});

/** Lets time pass until the client is asked, once or more, whether it is there. */
async function pinged(client: RawSocket): Promise<void> {
  const ping = once(client, 'ping');
  mock.timers.tick(PING_MS);
  await ping;
}

it('whoever does not answer pings is lost, and whoever answers them is not', async () => {
  mock.timers.enable({ apis: ['setInterval'] });
  try {
    const silent = await raw({ autoPong: false });
    await pinged(silent.client);
    mock.timers.tick(PING_MS);
    await assert.rejects(read(silent.channel), { code: 'Lost' });
    silent.client.terminate();

    const { client, channel } = await raw();
    const frames = channel.frames[Symbol.asyncIterator]();
    for (let count = 1; count <= 5; count++) {
      await pinged(client);
      // What comes after the answer comes after it.
      client.send(new Uint8Array(count));
      assert.equal((await frames.next()).value?.length, count);
    }
    client.close(1000);
    assert.equal((await frames.next()).done, true);
  } finally {
    mock.timers.reset();
  }
});

it('an address where nothing listens is not opened', async () => {
  await assert.rejects(openWebSocket('ws://127.0.0.1:9/'), { code: 'Lost' });
});

it('a server that never answers is given up, at a time or by a signal', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const url = `ws://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  const sockets: { destroy(): void }[] = [];
  silent.on('connection', (socket) => sockets.push(socket.on('error', () => undefined)));
  await assert.rejects(openWebSocket(url, { timeoutMs: 50 }), { code: 'Lost' });
  const controller = new AbortController();
  const opening = openWebSocket(url, { signal: controller.signal });
  controller.abort();
  await assert.rejects(opening, { code: 'Lost' });
  await assert.rejects(openWebSocket(url, { signal: controller.signal }), { code: 'Lost' });
  for (const socket of sockets) socket.destroy();
  silent.close();
});

it('a signal closes what it has opened', async () => {
  const accepted = server.accepted();
  const controller = new AbortController();
  const house = await openWebSocket(`ws://127.0.0.1:${server.port}/`, { signal: controller.signal });
  const mirror = await accepted;
  controller.abort();
  assert.deepEqual(await Promise.all([read(house), read(mirror)]), [0, 0]);
});
