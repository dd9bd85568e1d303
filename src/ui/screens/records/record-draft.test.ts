import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DraftError, draftFrom, readDraft } from './record-draft.ts';

const POST = 'app.bsky.feed.post';
const read = (text: string, rkey = '', collection = POST) => readDraft({ collection, rkey, text });
const refused = (code: string) => (error: unknown) => error instanceof DraftError && error.code === code;

describe('readDraft', () => {
  it('gives the record', () => {
    assert.deepEqual(read('{"text": "hi"}', '3l7abc'), { text: 'hi' });
  });

  it('names what is wrong', () => {
    assert.throws(() => read('{"text": "hi"'), refused('json'));
    assert.throws(() => read('[1]'), refused('object'));
    assert.throws(() => read('null'), refused('object'));
    assert.throws(() => read('{}', '', 'post'), refused('collection'));
    assert.throws(() => read('{}', '..'), refused('rkey'));
    assert.throws(() => read('{}', 'a b'), refused('rkey'));
  });

  it('names the place of what has no form in a repository', () => {
    assert.throws(() => read('{"a": [1, 2.5]}'), (error: unknown) => refused('form')(error) && (error as Error).message.endsWith('at /a/1'));
  });
});

describe('draftFrom', () => {
  it('takes a bare record', () => {
    assert.deepEqual(draftFrom('{"$type":"a.b.c","x":1}', POST), { collection: 'a.b.c', rkey: '', text: '{\n  "$type": "a.b.c",\n  "x": 1\n}' });
    assert.equal(draftFrom('{"x":1}', POST)?.collection, POST);
  });

  it('takes an export of one record with its address', () => {
    const uri = `at://did:plc:x/${POST}/3l7`;
    const draft = draftFrom(JSON.stringify([{ uri, cid: 'bafy', value: { $type: POST, text: 'hi' } }]), 'x.y.z');
    assert.deepEqual([draft?.collection, draft?.rkey], [POST, '3l7']);
    assert.deepEqual(JSON.parse(draft?.text ?? ''), { $type: POST, text: 'hi' });
  });

  it('takes nothing else', () => {
    for (const text of ['', 'hello', '3', '[]', '[{},{}]', 'null']) assert.equal(draftFrom(text, POST), undefined);
  });
});
