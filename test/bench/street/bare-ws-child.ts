// Nothing but `ws`: what it is asked for over the channel between the processes, a number, is how often it sends one buffer to everybody.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { encodeFrame } from '../../../src/protocol/index.ts';

/** About as long as the commit of one post. */
const FRAME = encodeFrame('#commit', { blocks: new Uint8Array(2_200) });

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
await once(server, 'listening');
process.on('message', (times) => void (async () => {
  for (let round = 0; round < Number(times); round++) {
    for (const client of server.clients) client.send(FRAME);
    await setImmediate();
  }
  process.send!('sent');
})());
process.once('SIGTERM', () => process.exit(0));
process.once('disconnect', () => process.exit(0));
console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
