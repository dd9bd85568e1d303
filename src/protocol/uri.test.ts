import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testSyntax } from '../../test/vectors/syntax.ts';
import { isUri, parseUri } from './uri.ts';

testSyntax({ name: 'uri', is: isUri, parse: parseUri });

test('a URI takes at most 8192 bytes', () => {
  assert.ok(isUri('https:'.padEnd(8192, 'x')));
  assert.ok(!isUri('https:'.padEnd(8193, 'x')));
  assert.ok(isUri('https:ab'.padEnd(8 + 4092, 'é')));
  assert.ok(!isUri('https:ab'.padEnd(8 + 4093, 'é')));
});

test('control characters and halves of surrogate pairs stand in no URI', () => {
  for (const text of ['a:b\0', 'a:\u0085', 'a:\ud800', 'a:b\u2028c', 'a:b\u00a0']) {
    assert.ok(!isUri(text), JSON.stringify(text));
  }
});
