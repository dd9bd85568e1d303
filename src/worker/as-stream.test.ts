import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asStream } from './as-stream.ts';

test('an answer of JSON is the same as a stream', async () => {
  const refused = Response.json({ error: 'Forbidden' }, { status: 403, headers: { 'cache-control': 'no-store' } });
  const streamed = asStream(refused);
  assert.notEqual(streamed, refused);
  assert.equal(streamed.status, 403);
  assert.deepEqual([...streamed.headers], [['cache-control', 'no-store'], ['content-type', 'application/json']]);
  assert.deepEqual(await streamed.json(), { error: 'Forbidden' });
});

test('what is no JSON stays as it is', () => {
  for (const answer of [new Response(new Blob(['x'], { type: 'image/png' })), new Response(null)]) assert.equal(asStream(answer), answer);
});
