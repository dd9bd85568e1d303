import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, Server } from 'node:net';
import type { Socket } from 'node:net';
import { it } from 'node:test';
import { OPERATOR } from '../../../test/support/operator.ts';
import { startTestMirror } from '../../../test/support/running-mirror.ts';
import { listen } from './listen.ts';

const PATHS = ['/nothing', '/xrpc/com.atproto.sync.subscribeRepos?cursor=x'];

/** Asks for a WebSocket over a connection whose end is ours alone. */
async function asking(address: string, path: string): Promise<Socket> {
  const { port } = new URL(address);
  const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  return socket;
}

it('whoever is refused a WebSocket can neither end a mirror by a reset nor hold it by an open end', async () => {
  const mirror = await startTestMirror({ settings: { operator: OPERATOR } });
  const held: Socket[] = [];
  try {
    for (const address of [mirror.url, mirror.operatorUrl]) {
      for (const path of PATHS) {
        for (let each = 0; each < 10; each++) {
          const socket = await asking(address, path);
          // Before and after it is answered.
          if (each % 2 === 1) await once(socket, 'readable');
          socket.resetAndDestroy();
          await once(socket, 'close');
        }
        const socket = await asking(address, path);
        await once(socket.resume(), 'end');
        held.push(socket);
      }
    }
  } finally {
    const closed = await Promise.race([mirror.close().then(() => 'closed'), new Promise((resolve) => {
      setTimeout(resolve, 30_000, 'held open').unref();
    })]);
    for (const socket of held) socket.destroy();
    assert.equal(closed, 'closed');
  }
});

it('any port is one that is free at both addresses of localhost', async (t) => {
  let taken = 3;
  const honest = Reflect.get(Server.prototype, 'listen') as (this: Server, options: object) => Server;
  t.mock.method(Server.prototype, 'listen', function listening(this: Server, options: { readonly host: string }): Server {
    if (options.host !== '::1' || taken-- <= 0) return honest.call(this, options);
    process.nextTick(() => this.emit('error', Object.assign(new Error('planted'), { code: 'EADDRINUSE' })));
    return this;
  });
  const parts = { onRequest: () => undefined, onUpgrade: () => undefined };
  const { port, close } = await listen({ ...parts, port: 0 });
  assert.ok(port > 0);
  await close();
  taken = 1;
  await assert.rejects(listen({ ...parts, port }), { code: 'EADDRINUSE' });
});
