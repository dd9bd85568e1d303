import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testSyntax } from '../../test/vectors/syntax.ts';
import { isDid, parseDid } from './did.ts';

testSyntax({ name: 'did', is: isDid, parse: parseDid });

test('a DID takes at most 2048 characters', () => {
  assert.ok(isDid('did:x:'.padEnd(2048, 'a')));
  assert.ok(!isDid('did:x:'.padEnd(2049, 'a')));
});

test('in a DID two hexadecimal digits follow every percent sign', () => {
  assert.ok(isDid('did:web:localhost%3A1234'));
  for (const text of ['did:web:a%3', 'did:web:a%3Gb', 'did:web:a%%3A']) assert.ok(!isDid(text), text);
});
