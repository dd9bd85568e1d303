// What no server on this machine can be faster than, here and now.
import { once } from 'node:events';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { WebSocket, WebSocketServer } from 'ws';
import { timed } from '../measure.ts';
import { Listener } from './listener.ts';
import { percentile } from './percentile.ts';
import { startServer, watchProcessor } from './server-process.ts';

const ROUNDS = 200;
/** Connections that are opened at once. */
const AT_ONCE = 50;
const SMALL = Buffer.alloc(4_096);

/** Lines to print beside the results. Both ends of a round trip are in this one process. */
export async function streetLimits(): Promise<string[]> {
  return [
    `fsync of 4 KiB: ${await shown(fsyncs())}`,
    `SQLite transaction of one row, flushed: ${await shown(transactions())}`,
    `WebSocket round trip on loopback: ${await shown(socketTrips())}`,
    `HTTP round trip on loopback: ${await shown(httpTrips())}`,
    `bare ws, one frame to 100 subscribers: ${await bareFanOut(100, ROUNDS)} of a processor for each`,
    loadNow(),
  ];
}

export const loadNow = (): string => `load ${loadavg()[0]!.toFixed(1)} on ${availableParallelism()} cores`;

async function shown(measured: Promise<readonly number[]>): Promise<string> {
  const times = await measured;
  const all = times.reduce((sum, ms) => sum + ms, 0);
  return `p50 ${percentile(times, 50).toFixed(2)} ms, p95 ${percentile(times, 95).toFixed(2)} ms, ${Math.round((times.length * 1_000) / all).toLocaleString('en')} a second`;
}

async function repeat(work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await timed(work));
  return times;
}

async function fsyncs(): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-fsync-'));
  const file = openSync(join(folder, 'file'), 'w');
  const times = await repeat(async () => {
    writeSync(file, SMALL);
    fsyncSync(file);
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return times;
}

async function transactions(): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-transaction-'));
  const database = new DatabaseSync(join(folder, 'database'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE row (bytes BLOB)');
  const insert = database.prepare('INSERT INTO row VALUES (?)');
  const times = await repeat(async () => void insert.run(SMALL));
  database.close();
  rmSync(folder, { recursive: true });
  return times;
}

async function socketTrips(): Promise<number[]> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  server.on('connection', (client) => client.on('message', (data) => client.send(data)));
  await once(server, 'listening');
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, { perMessageDeflate: false });
  await once(socket, 'open');
  const times = await repeat(async () => {
    socket.send(SMALL);
    await once(socket, 'message');
  });
  socket.terminate();
  server.close();
  return times;
}

/** Frames that are sent at once, or, after as many that are not measured, each when all have the one before. */
export async function bareFanOut(subscribers: number, frames: number, isOneByOne = false): Promise<string> {
  const server = await startServer(fileURLToPath(new URL('bare-ws-child.ts', import.meta.url)));
  const listeners = await openMany(server.said['url']!, subscribers);
  let sent = 0;
  const send = (count: number): Promise<unknown> => {
    sent += count;
    return Promise.all([server.ask(String(count)), ...listeners.map((listener) => listener.until(sent))]);
  };
  const each = async (): Promise<void> => {
    for (let frame = 0; frame < frames; frame++) await send(1);
  };
  if (isOneByOne) await each();
  const used = watchProcessor(server.pid);
  await (isOneByOne ? each() : send(frames));
  const ms = used();
  for (const listener of listeners) listener.close();
  await server.stop();
  return ms === undefined ? 'not known here' : `${((ms * 1000) / subscribers / frames).toFixed(1)} µs`;
}

/** Subscribers to what is new. */
export async function openMany(url: string, count: number): Promise<readonly Listener[]> {
  const listeners: Listener[] = [];
  while (listeners.length < count) {
    listeners.push(...await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - listeners.length) }, () => Listener.open(url))));
  }
  return listeners;
}

async function httpTrips(): Promise<number[]> {
  const server = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const times = await repeat(async () => (await fetch(url)).text());
  server.closeAllConnections();
  server.close();
  return times;
}
