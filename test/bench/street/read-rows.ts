// What servers give to many who read: the same for every peer.
import { fileURLToPath } from 'node:url';
import { Generator } from '../generator.ts';
import type { Row } from '../measure.ts';
import { timed } from '../measure.ts';
import type { StreetPeer } from './peer.ts';
import { percentile } from './percentile.ts';
import type { Reading } from './readers-child.ts';
import { startServer, watchProcessor } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

const CLIENTS = 64;
const RECORDS = 1_000;
const BLOB_BYTES = 100_000;
/** Before it is measured, as many are read. */
const WARM = 2_000;

const METHODS = ['getRecord', 'listRecords of 50', 'getBlob of 100 kB'] as const;
type Method = (typeof METHODS)[number];

/** Processor of the server for each request, and how long an answer takes where 64 ask at once. */
export async function measureReads(peers: readonly StreetPeer[], requests: number): Promise<Row[]> {
  const readers = await startServer(fileURLToPath(new URL('readers-child.ts', import.meta.url)));
  try {
    const rows: Row[] = [];
    const urls = await Promise.all(peers.map(urlsOf));
    for (const method of METHODS) {
      const values = [];
      for (const [index, peer] of peers.entries()) values.push(await measured(peer, readers, urls[index]![method], requests));
      rows.push(
        { what: `${method}, of a processor`, unit: 'µs', lower: true, values: values.map(({ micros }) => micros) },
        { what: `${method}, a second`, unit: 'requests', lower: false, values: values.map(({ rate }) => rate) },
        { what: `${method}, p50`, unit: 'ms', lower: true, values: values.map(({ p50 }) => p50) },
        { what: `${method}, p99`, unit: 'ms', lower: true, values: values.map(({ p99 }) => p99) },
      );
    }
    return rows;
  } finally {
    await readers.stop();
  }
}

async function urlsOf(peer: StreetPeer): Promise<Readonly<Record<Method, readonly string[]>>> {
  const items = new Generator(2).items(RECORDS);
  const did = await peer.accountWith(items);
  const blob = await peer.accountWithBlob(new Uint8Array(BLOB_BYTES).fill(7));
  const repo = (method: string, more: string): string => `${peer.url}/xrpc/com.atproto.repo.${method}?repo=${did}&${more}`;
  const names = items.map(({ path }) => path.split('/') as [string, string]);
  return {
    getRecord: names.map(([collection, rkey]) => repo('getRecord', `collection=${collection}&rkey=${rkey}`)),
    'listRecords of 50': [repo('listRecords', 'collection=app.bsky.feed.post&limit=50')],
    'getBlob of 100 kB': [`${peer.url}/xrpc/com.atproto.sync.getBlob?did=${blob.did}&cid=${blob.cid}`],
  };
}

async function measured(peer: StreetPeer, readers: ServerProcess, urls: readonly string[], requests: number) {
  const ask = async (count: number): Promise<readonly number[]> =>
    await readers.ask(JSON.stringify({ clients: CLIENTS, requests: count, urls } satisfies Reading)) as readonly number[];
  await ask(WARM);
  const used = watchProcessor(peer.pid);
  let times: readonly number[] = [];
  const ms = await timed(async () => void (times = await ask(requests)));
  const processor = used();
  return { micros: processor && (processor * 1000) / requests, rate: (requests / ms) * 1000, p50: percentile(times, 50), p99: percentile(times, 99) };
}
