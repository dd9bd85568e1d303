import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { madeAt, searchText, summarize } from './summary.ts';

describe('summarize', () => {
  it('shows the text of a post in one line', () => {
    assert.deepEqual(summarize({ $type: 'app.bsky.feed.post', text: ' two\n\nlines ' }), { kind: 'text', text: 'two lines' });
  });

  it('cuts what is long', () => {
    const summary = summarize({ text: 'x'.repeat(500) });
    assert.ok(summary.kind === 'text' && summary.text.length === 161 && summary.text.endsWith('…'));
  });

  it('counts the images of a post without text', () => {
    assert.deepEqual(summarize({ text: '', embed: { images: [{}, {}] } }), { kind: 'images', count: 2 });
  });

  it('shows what a like or a follow is about', () => {
    const uri = 'at://did:plc:a/app.bsky.feed.post/1';
    assert.deepEqual(summarize({ subject: { uri, cid: 'bafy' } }), { kind: 'subject', subject: uri });
    assert.deepEqual(summarize({ subject: 'did:plc:b' }), { kind: 'subject', subject: 'did:plc:b' });
  });

  it('shows a profile by its name', () => {
    assert.deepEqual(summarize({ description: 'Gardener', displayName: 'Ada' }), { kind: 'text', text: 'Ada' });
  });

  it('names the fields of what it does not know', () => {
    assert.deepEqual(summarize({ $type: 'x.y.z', createdAt: '2026-01-01T00:00:00Z', height: 3, width: 4 }), {
      kind: 'fields', text: 'height, width',
    });
    assert.deepEqual(summarize({}), { kind: 'fields', text: '' });
  });

  it('is not fooled by fields of other kinds', () => {
    assert.deepEqual(summarize({ text: { nested: true }, name: 7, subject: null }), { kind: 'fields', text: 'text, name, subject' });
  });
});

it('a record says when it was made, or does not', () => {
  assert.equal(madeAt({ createdAt: '2026-11-25T06:00:00Z' }), Date.UTC(2026, 10, 25, 6));
  assert.equal(madeAt({ createdAt: 'yesterday' }), undefined);
  assert.equal(madeAt({}), undefined);
});

it('a filter sees every text, however deep', () => {
  assert.match(searchText({ a: ['x', { b: 'needle' }], n: 4, z: null }), /needle/);
});
