import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { vectorLines } from '../../test/vectors/files.ts';
import { InvalidSyntaxError } from './errors.ts';
import { isNsid, parseNsid } from './nsid.ts';
import { isRecordKey, parseRecordKey } from './record-key.ts';
import { formatRepoPath, isRepoPath, parseRepoPath } from './repo-path.ts';

const syntax = (name: string): string[] => vectorLines(`atproto-interop-tests/syntax/${name}.txt`);

test('a path is a collection and a record key', () => {
  const collections = syntax('nsid_syntax_valid');
  const keys = syntax('recordkey_syntax_valid');
  assert.ok(collections.length > 0 && keys.length > 0);
  for (const collection of collections) {
    for (const rkey of keys) {
      const parts = parseRepoPath(`${collection}/${rkey}`);
      assert.deepEqual(parts, { collection, rkey });
      assert.equal(formatRepoPath(parts), `${collection}/${rkey}`);
    }
  }
});

test('anything else is not', () => {
  const known = formatRepoPath({ collection: parseNsid('com.example.record'), rkey: parseRecordKey('self') });
  const texts = [
    '', '/', 'com.example.record', 'com.example.record/', '/self', `/${known}`, `${known}/`, `${known}/x`,
    'com.example.recor!/self',
    'com.example.records.1/self', 'com.example/self', 'com.example.record//self', ` ${known}`,
    'com.example.record /self',
    ...syntax('recordkey_syntax_invalid').map((rkey) => `com.example.record/${rkey}`),
    ...syntax('nsid_syntax_invalid').map((collection) => `${collection}/self`),
    'a/'.repeat(50_000), `${'a.'.repeat(50_000)}b/self`, `com.example.record/${'a'.repeat(100_000)}`,
  ];
  for (const text of texts) {
    assert.ok(isRepoPath(known));
    assert.ok(!isRepoPath(text), `accepted ${JSON.stringify(text.slice(0, 80))}`);
    assert.throws(() => parseRepoPath(text), InvalidSyntaxError);
  }
});

test('the collection seen last changes no answer', () => {
  const names = ['com.example.record', 'com.example.recorD', 'com.example.recor', 'com.example', 'a.b.c', 'a.b.-'];
  const collection = fc.constantFrom(...names);
  const path = fc.tuple(collection, fc.constantFrom('self', 'a', '.', '', 'b c'));
  fc.assert(
    fc.property(fc.array(path), (paths) => {
      for (const [nsid, rkey] of paths) assert.equal(isRepoPath(`${nsid}/${rkey}`), isNsid(nsid) && isRecordKey(rkey));
    }),
  );
});
