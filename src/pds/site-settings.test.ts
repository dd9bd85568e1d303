import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS, fetchSettings } from './index.ts';
import type { HouseSettings } from './index.ts';

function settingsOf(answer: Response): Promise<HouseSettings> {
  return fetchSettings(async (url) => {
    assert.equal(url, 'https://house.test/settings.json');
    return answer;
  }, 'https://house.test');
}

test('settings are addresses; what is none is as if it were not there', async () => {
  assert.deepEqual(await settingsOf(Response.json({ directory: 'http://localhost:2582/', mirror: 'http://localhost:2583', relay: null })), {
    directory: 'http://localhost:2582', mirror: 'http://localhost:2583',
  });
  assert.deepEqual(await settingsOf(Response.json({ directory: 'ftp://directory.test', mirror: 7, relay: 'relay' })), DEFAULT_SETTINGS);
  for (const odd of [null, 7, 'x', []]) assert.deepEqual(await settingsOf(Response.json(odd)), DEFAULT_SETTINGS);
});

test('a site without the file has none; without an answer, or with a broken one, nothing is made up', async () => {
  assert.deepEqual(await settingsOf(new Response('<html>', { headers: { 'content-type': 'text/html' } })), DEFAULT_SETTINGS);
  assert.deepEqual(await settingsOf(new Response('gone', { status: 404 })), DEFAULT_SETTINGS);
  await assert.rejects(settingsOf(new Response('{', { headers: { 'content-type': 'application/json' } })), SyntaxError);
  await assert.rejects(fetchSettings(() => Promise.reject(new TypeError('fetch failed')), 'https://house.test'), { code: 'Unreachable' });
});
