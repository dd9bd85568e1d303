import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeErrorFrame, encodeFrame } from '../protocol/index.ts';
import { loopbackChannels } from './loopback/index.ts';
import { decodeVisit, encodeVisit, MOST_PART } from './visit-codec.ts';
import { receiveVisit, Visit } from './visit.ts';
import type { HouseCalls } from './house-calls.ts';
import type { VisitMessage } from './visit-codec.ts';

const DID = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa';
const CID = 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku';
const REPO = Uint8Array.from({ length: MOST_PART * 2 + 5 }, (_, index) => index % 251);

/** A house that shows what it has, and what it was asked. */
function visited(have: Readonly<Record<string, () => Response>>) {
  const asked: unknown[] = [];
  const calls = {
    async get(nsid: string, params: object) {
      asked.push([nsid, params]);
      const found = have[nsid];
      if (found === undefined) throw new Error('There is none.');
      return found();
    },
  } as unknown as HouseCalls;
  const { house, mirror, cut } = loopbackChannels();
  const received = receiveVisit(calls, DID, mirror);
  return { visit: new Visit(house), channel: house, asked, received, cut };
}

async function all(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const found: Uint8Array[] = [];
  for await (const part of parts) found.push(part);
  return Buffer.concat(found);
}

test('shows the repository and blobs of its account, one after the other', async () => {
  const { visit, asked, received } = visited({
    'com.atproto.sync.getRepo': () => new Response(REPO), 'com.atproto.sync.getBlob': () => new Response('a picture', { headers: { 'content-type': 'image/png' } }),
  });
  assert.deepEqual(new Uint8Array(await all(visit.get({ method: 'getRepo' }))), REPO);
  const parts = visit.get({ method: 'getBlob', cid: CID });
  assert.equal(String(Buffer.from((await parts.next()).value as unknown as Uint8Array)), 'a picture');
  assert.deepEqual(await parts.next(), { done: true, value: 'image/png' });
  assert.deepEqual(asked, [['com.atproto.sync.getRepo', { did: DID }], ['com.atproto.sync.getBlob', { did: DID, cid: CID }]]);
  visit.end();
  await received;
});

test('what it does not have, and what breaks off, is not taken for the whole', async () => {
  const broken = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      controller.enqueue(new Uint8Array(3));
      controller.error(new Error('The worker was stopped.'));
    },
  });
  for (const have of [{}, { 'com.atproto.sync.getRepo': () => new Response(broken) }]) {
    const { visit, received } = visited(have);
    await assert.rejects(all(visit.get({ method: 'getRepo' })), { code: 'Lost' });
    visit.end();
    await received;
  }
});

test('whoever takes no more ends the visit', async () => {
  const { visit, received } = visited({ 'com.atproto.sync.getRepo': () => new Response(REPO) });
  for await (const part of visit.get({ method: 'getRepo' })) {
    assert.equal(part.length > 0, true);
    break;
  }
  await received;
  await assert.rejects(all(visit.get({ method: 'getRepo' })), { code: 'Closed' });
});

test('a line that is lost is not the end of a repository', async () => {
  const { visit, cut } = visited({ 'com.atproto.sync.getRepo': () => new Response(REPO) });
  const taking = all(visit.get({ method: 'getRepo' }));
  cut();
  await assert.rejects(taking, { code: 'Lost' });
});

test('who does not speak as houses do is shown nothing more', async () => {
  for (const frame of [encodeVisit({ type: '#end', isWhole: true }), Uint8Array.of(1, 2, 3), encodeFrame('#get', { method: 'getPreferences' })]) {
    const { channel, received, asked } = visited({ 'com.atproto.sync.getRepo': () => new Response(REPO) });
    await channel.send(frame);
    await received;
    assert.deepEqual(asked, []);
  }
});

const MESSAGES: readonly VisitMessage[] = [
  { type: '#get', method: 'getRepo' }, { type: '#get', method: 'getBlob', cid: CID }, { type: '#part', bytes: Uint8Array.of(1, 2) }, { type: '#end', isWhole: false }, { type: '#end', isWhole: true, mimeType: 'image/png' },
];

test('messages are read as they were said, and nothing else is', () => {
  for (const message of MESSAGES) assert.deepEqual(decodeVisit(encodeVisit(message)), message);
  const refused = [
    encodeErrorFrame('No'), encodeFrame('#get', { method: 'getBlob' }), encodeFrame('#get', { method: 'getBlob', cid: 'x' }), encodeFrame('#part', { bytes: 'text' }),
    encodeFrame('#part', { bytes: new Uint8Array(MOST_PART + 1) }), encodeFrame('#part', { bytes: new Uint8Array() }), encodeFrame('#end', {}), encodeFrame('#more', {}), new Uint8Array(),
  ];
  for (const frame of refused) assert.throws(() => decodeVisit(frame), { code: 'BadFrame' });
});
