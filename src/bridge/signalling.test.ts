import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { makePeer, offerTo } from './signalling.ts';

const page = globalThis as { RTCPeerConnection?: unknown };
const honest = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = honest;
  delete page.RTCPeerConnection;
});

const { signal } = new AbortController();

/** A browser with peer connections, and a mirror that answers this; and how the peer was made. */
function answering(answer: () => Response): { readonly made: object[] } {
  const made: object[] = [];
  page.RTCPeerConnection = function Peer(settings: object): void {
    made.push(settings);
  };
  globalThis.fetch = async () => answer();
  return { made };
}

const asked = (urls: readonly string[]): object[] => [{ iceServers: [{ urls }] }];

test('servers of the mirror that find addresses are asked, eight at most, and nothing else', async () => {
  const stuns = Array.from({ length: 10 }, (_, index) => `stun:${index}.mirror.test`);
  const { made } = answering(() => Response.json({ webrtc: { iceServers: ['turn:mirror.test', 'stun:two words', `stun:${'a'.repeat(256)}`, 7, null, ...stuns] } }));
  await makePeer('mirror', 'https://mirror.test', signal);
  assert.deepEqual(made, asked(stuns.slice(0, 8)));
});

test('a mirror that takes no direct connections is asked for none; two houses need no servers', async () => {
  const { made } = answering(() => Response.json({}));
  await assert.rejects(makePeer('mirror', 'https://mirror.test', signal), { code: 'Lost' });
  await makePeer('house', 'https://mirror.test', signal);
  assert.deepEqual(made, [{ iceServers: [] }]);
});

test('a browser that has no peer connections asks nobody', async () => {
  globalThis.fetch = async () => assert.fail('it has asked');
  await assert.rejects(makePeer('house', 'https://mirror.test', signal), { code: 'Lost' });
});

test('of an answer without end no more is read than an answer may have', async () => {
  let given = 0;
  answering(() => new Response(new ReadableStream({
    pull(controller) {
      given += 1_024;
      controller.enqueue(new Uint8Array(1_024).fill(32));
      // Whoever reads it whole comes to an end, and is found out.
      if (given > 1_000_000) controller.close();
    },
  })));
  await assert.rejects(offerTo('https://mirror.test', 'call', '', 'a.b.c', signal), { code: 'Lost' });
  assert.ok(given < 100_000, `${given} bytes were read`);
});

test('what is no answer is none', async () => {
  for (const answer of [() => new Response('{'), () => new Response('null'), () => Response.json({ sdp: '' }, { status: 400 })]) {
    answering(answer);
    await assert.rejects(offerTo('https://mirror.test', 'call', '', 'a.b.c', signal), { code: 'Lost' });
  }
});
