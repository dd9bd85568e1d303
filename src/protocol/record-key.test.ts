import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testSyntax } from '../../test/vectors/syntax.ts';
import { isRecordKey, isRecordKeyFrom, parseRecordKey } from './record-key.ts';

testSyntax({ name: 'recordkey', is: isRecordKey, parse: parseRecordKey });

test('a record key is read from anywhere in a path', () => {
  assert.ok(isRecordKeyFrom('a/self', 2));
  for (const text of ['a/', 'a/.', 'a/..', 'a/b/c', 'a/b c', 'a/\u0131']) assert.ok(!isRecordKeyFrom(text, 2), text);
  assert.ok(isRecordKeyFrom('a/.b', 2));
  assert.ok(isRecordKeyFrom('a/...', 2));
});

test('what the vectors hide behind a comment sign is refused', () => assert.ok(!isRecordKey('#extra')));
