import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testSyntax } from '../../test/vectors/syntax.ts';
import { isLanguage, parseLanguage } from './language.ts';

testSyntax({ name: 'language', is: isLanguage, parse: parseLanguage, alsoInvalid: ['parse_invalid'] });

test('the tags registered before the grammar are tags, in any case', () => {
  for (const text of ['en-GB-oed', 'i-klingon', 'sgn-CH-DE', 'sgn-ch-de', 'art-lojban', 'zh-min-nan', 'cel-gaulish']) {
    assert.ok(isLanguage(text), text);
  }
  assert.ok(!isLanguage('i-unknown'));
});

test('a tag takes at most 128 characters', () => {
  assert.ok(isLanguage(`en-x${'-1234567'.repeat(15)}-123`));
  assert.ok(!isLanguage(`en-x${'-1234567'.repeat(15)}-12345`));
});
