import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { PackedFrames } from './packed-frames.ts';

test('what was packed is read as it was by a library, whatever its length, between what that sends itself', async () => {
  const frames = [0, 1, 125, 126, 65_535, 65_536, 200_000].map((length) => new Uint8Array(length).fill(length % 251));
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  server.on('connection', (client, { socket }) => {
    client.ping();
    socket.write(new PackedFrames().of(frames));
    client.close(1000);
  });
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, { perMessageDeflate: false });
  const heard: Uint8Array[] = [];
  client.on('message', (data: Buffer, isBinary) => heard.push(isBinary ? Uint8Array.from(data) : new Uint8Array()));
  const [code] = await once(client, 'close');
  assert.equal(code, 1000);
  assert.deepEqual(heard, frames);
  server.close();
});

test('the same frames are packed once, and more or fewer of them are not taken for the same', () => {
  const packs = new PackedFrames();
  const [one, two, three] = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)] as const;
  const both = packs.of([one, two]);
  assert.equal(packs.of([one, two]), both);
  assert.deepEqual([...packs.of([one, two, three])], [0x82, 1, 1, 0x82, 1, 2, 0x82, 1, 3]);
  assert.deepEqual([...packs.of([one])], [0x82, 1, 1]);
  assert.deepEqual([...packs.of([Uint8Array.of(1), three])], [0x82, 1, 1, 0x82, 1, 3]);
});
