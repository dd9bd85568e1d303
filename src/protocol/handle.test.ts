import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testSyntax } from '../../test/vectors/syntax.ts';
import { hasDisallowedTld, isHandle, normalizeHandle, parseHandle } from './handle.ts';

testSyntax({ name: 'handle', is: isHandle, parse: parseHandle });

test('handles are compared in lower case', () => {
  assert.equal(normalizeHandle(parseHandle('XX.LCS.MIT.EDU')), 'xx.lcs.mit.edu');
});

test('some top-level domains are handles by syntax, and nobody can have them', () => {
  const reserved = ['local', 'ARPA', 'b.onion', 'internal', 'invalid', 'localhost', 'example', 'alt'];
  for (const text of reserved.map((tld) => `laptop.${tld}`)) {
    assert.ok(hasDisallowedTld(parseHandle(text)), text);
  }
  for (const text of ['john.test', 'local.com', 'a.mylocal']) assert.ok(!hasDisallowedTld(parseHandle(text)), text);
});

test('a handle takes at most 253 characters', () => {
  const labels = `${'a'.repeat(63)}.`.repeat(3);
  assert.ok(isHandle(labels + 'b'.repeat(61)));
  assert.ok(!isHandle(labels + 'b'.repeat(62)));
});
