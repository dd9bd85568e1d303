import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noticeOf, readWaking } from './notice.ts';
import type { Waking } from './notice.ts';

const DID = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz';
const WAKING: Waking = {
  did: DID, mirror: 'https://mirror.test', key: 'key', id: 'id', name: 'Firefox, Linux', lang: 'xx',
  words: { operation: { title: 'Changed: {name}', text: 'Undo it, {name}.' }, other: { title: 'Something, {name}', text: 'Look.' } },
};
const pushed = (more: object): string => JSON.stringify({ kind: 'operation', did: DID, handle: 'ada.test', id: 'one', ...more });
const shown = async (text: string | undefined, waking: Waking | undefined = WAKING) => {
  const { title, options: { body, lang, data } } = await noticeOf(text, waking);
  return [title, body, lang, data.path, data.did];
};

test('a message is shown in the words that the page gave, and leads to what it is about', async () => {
  assert.deepEqual(await shown(`${pushed({})}   `), ['Changed: @ada.test', 'Undo it, @ada.test.', 'xx', '/identity', DID]);
  assert.deepEqual(await shown(pushed({ handle: undefined })), [`Changed: ${DID}`, `Undo it, ${DID}.`, 'xx', '/identity', DID]);
  assert.deepEqual(await shown(pushed({ kind: 'constructor' })), ['Something, @ada.test', 'Look.', 'xx', '/mirror', DID]);
});

test('something is shown whatever comes, and nothing of what is no message of this account', async () => {
  const plain = ['Your mirror has something to tell you', 'Open Holdfast to see what it is.', 'en', '/mirror', undefined];
  for (const text of [undefined, '', 'no JSON', 'null', '7', '{}', pushed({ did: 'did:plc:another', kind: 'time' })]) assert.deepEqual(await shown(text), plain, String(text));
  assert.deepEqual((await noticeOf(pushed({ kind: 'test' }), undefined)).title, plain[0]);
  assert.equal((await shown(pushed({ handle: 'no handle at all' })))[0], `Changed: ${DID}`);
  // `$&` and the like are no words.
  assert.equal((await noticeOf(pushed({}), { ...WAKING, words: { operation: { title: '$& {name}', text: '' } } })).title, '$& @ada.test');
});

test('what is told twice has one name, and other things another', async () => {
  const tag = async (id: unknown): Promise<string> => (await noticeOf(pushed({ id }), WAKING)).options.tag;
  assert.equal(await tag('one'), await tag('one'));
  assert.notEqual(await tag('one'), await tag('two'));
});

test('what a page says is taken as it is meant, or not at all', () => {
  assert.deepEqual(readWaking({ type: 'waking', waking: { ...WAKING, more: 1 } }), WAKING);
  const { mirror: _, ...without } = WAKING;
  const many = Object.fromEntries(Array.from({ length: 33 }, (_each, index) => [`kind${index}`, { title: '', text: '' }]));
  for (const waking of [without, { ...WAKING, did: 7 }, { ...WAKING, words: null }, { ...WAKING, words: { a: null } }, { ...WAKING, words: { a: { title: 'x' } } }, { ...WAKING, key: 'x'.repeat(2_001) }, { ...WAKING, words: many }]) {
    assert.equal(readWaking({ waking }), undefined);
  }
  for (const data of [undefined, null, 'waking', {}]) assert.equal(readWaking(data), undefined);
});
