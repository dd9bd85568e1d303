import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Handle } from '../protocol/index.ts';
import { handleByDns, handleByFile } from './index.ts';
import type { Fetch } from './index.ts';

const HANDLE = 'ada.example.com' as Handle;
const DID = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz';
const OTHER = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa';

const answering = (answer: () => Response): Fetch => async () => answer();
const down: Fetch = async () => {
  throw new TypeError('fetch failed');
};
const txt = (...data: readonly string[]): Fetch => answering(() => Response.json({ Status: 0, Answer: data.map((text) => ({ type: 16, data: text })) }));
const dns = (fetch: Fetch) => handleByDns(fetch, 'https://resolver.test/dns-query', HANDLE);

test('the one TXT record that names a DID counts, quoted or not, in one string or in several', async () => {
  for (const data of [`did=${DID}`, `"did=${DID}"`, `"did=did:plc:" "ewvi7nxzyoun6zhxrhs64oiz"`]) {
    assert.deepEqual(await dns(txt(data, '"v=spf1 -all"')), { says: 'did', did: DID }, data);
  }
  assert.deepEqual(await dns(txt('"v=spf1 -all"', 'did=nobody')), { says: 'nothing' });
  assert.deepEqual(await dns(txt(`did=${DID}`, `did=${OTHER}`)), { says: 'several' });
  assert.deepEqual(await dns(answering(() => Response.json({ Status: 3 }))), { says: 'nothing' });
  assert.deepEqual(await dns(answering(() => Response.json({ Status: 0, Answer: [{ type: 5, data: `did=${DID}` }] }))), { says: 'nothing' });
});

test('a resolver is asked for the right name, and one that does not answer, or fails, is not believed', async () => {
  const asked: string[] = [];
  await dns(async (url) => {
    asked.push(String(url));
    return Response.json({ Status: 0 });
  });
  assert.deepEqual(asked, ['https://resolver.test/dns-query?name=_atproto.ada.example.com&type=TXT']);
  for (const fetch of [down, answering(() => new Response('<html>')), answering(() => Response.json({ Status: 2 })), answering(() => Response.json([], { status: 403 }))]) {
    assert.deepEqual(await dns(fetch), { says: 'unreachable' });
  }
});

test('the file of a server: a DID and nothing else', async () => {
  const file = (fetch: Fetch) => handleByFile(fetch, HANDLE);
  assert.deepEqual(await file(answering(() => new Response(`${DID}\n`))), { says: 'did', did: DID });
  assert.deepEqual(await file(answering(() => new Response('<html>'))), { says: 'nothing' });
  assert.deepEqual(await file(answering(() => new Response(DID, { status: 404 }))), { says: 'nothing' });
  assert.deepEqual(await file(answering(() => new Response('x'.repeat(3_000)))), { says: 'unreachable' });
  assert.deepEqual(await file(down), { says: 'unreachable' });
});
