import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryBlobStore } from '../../storage/memory/index.ts';
import { cidOf, parseDid } from '../../protocol/index.ts';
import { fetchBlobs } from './fetch-blobs.ts';

const DID = parseDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa');
const FILM = Uint8Array.from({ length: 400_000 }, (_, index) => (index * 31) % 256);
const CID = cidOf(FILM, 'raw');

/** A server whose lines break: after so many bytes the first, the second, and so on; then it serves. */
function server(breaks: readonly number[], { givesParts = true, bytes = FILM } = {}) {
  const asked: (string | null)[] = [];
  const fetch: typeof globalThis.fetch = async (_input, init) => {
    const range = new Headers(init?.headers).get('range');
    const left = breaks[asked.length] ?? Infinity;
    asked.push(range);
    const from = givesParts && range !== null ? Number(range.slice('bytes='.length, -1)) : 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (left > 0) controller.enqueue(bytes.slice(from, from + left));
        if (left === Infinity) controller.close();
        else queueMicrotask(() => controller.error(new TypeError('terminated')));
      },
    }, { highWaterMark: 0 });
    return new Response(body, { status: from > 0 ? 206 : 200, headers: { 'content-type': 'video/mp4' } });
  };
  return { fetch, asked };
}

/** What is asked for, and what is kept then. */
async function fetched({ fetch, asked }: ReturnType<typeof server>, maxBlobBytes = 1_000_000): Promise<readonly [asked: readonly (string | null)[], bytes: number | undefined]> {
  const blobs = new MemoryBlobStore();
  await fetchBlobs({ blobs, fetch, maxBlobBytes }, DID, 'https://mirror.test', [CID]);
  return [asked, (await blobs.bytes(DID, CID))?.size];
}

test('a blob whose line breaks goes on where it was, as long as each line brings something', async () => {
  assert.deepEqual(await fetched(server([])), [[null], FILM.length]);
  assert.deepEqual(await fetched(server([100_000, 150_000])), [[null, 'bytes=100000-', 'bytes=250000-'], FILM.length]);
  assert.deepEqual(await fetched(server([100_000, 10])), [[null, 'bytes=100000-'], undefined]);
  assert.deepEqual(await fetched(server([0])), [[null], undefined]);
});

test('a server that gives no parts gives the whole, and what is wrong or too long is not kept, however it came', async () => {
  assert.deepEqual(await fetched(server([100_000], { givesParts: false })), [[null, 'bytes=100000-'], FILM.length]);
  assert.deepEqual(await fetched(server([100_000], { bytes: FILM.map((byte, index) => (index === 200_000 ? byte ^ 1 : byte)) })), [[null, 'bytes=100000-'], undefined]);
  assert.deepEqual(await fetched(server([100_000]), 399_999), [[null, 'bytes=100000-'], undefined]);
});
