import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testSyntax } from '../../test/vectors/syntax.ts';
import { formatAtUri, isAtUri, parseAtUri } from './at-uri.ts';

testSyntax({ name: 'aturi', is: isAtUri, parse: parseAtUri });

test('an at:// URI has up to three parts', () => {
  for (const [text, collection, rkey] of [
    ['at://did:plc:asdf123', undefined, undefined],
    ['at://did:plc:asdf123/com.atproto.feed.post', 'com.atproto.feed.post', undefined],
    ['at://did:plc:asdf123/com.atproto.feed.post/self', 'com.atproto.feed.post', 'self'],
  ] as const) {
    const parts = parseAtUri(text);
    assert.deepEqual(parts, { authority: 'did:plc:asdf123', collection, rkey });
    assert.equal(formatAtUri(parts.authority, parts.collection, parts.rkey), text);
  }
});

test('what the vectors hide behind a comment sign is refused', () => assert.ok(!isAtUri('#at://did:plc:asdf123')));
