import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pathIn, placeOf } from './json-place.ts';

const TEXT = `{
  "text": "a, { \\" } b",
  "embed": { "images": [{ "alt": "one" }, { "alt": 2.5 }], "empty": {} },
  "n": -1e3
}`;

const found = (...path: string[]): string => {
  const { from, to } = placeOf(TEXT, path);
  return TEXT.slice(from, to);
};

describe('placeOf', () => {
  it('finds a value by its way', () => {
    assert.equal(found('text'), '"a, { \\" } b"');
    assert.equal(found('embed', 'images', '1', 'alt'), '2.5');
    assert.equal(found('embed', 'empty'), '{}');
    assert.equal(found('n'), '-1e3');
    assert.equal(found(), TEXT);
  });

  it('gives what is nearest where there is no such value', () => {
    assert.equal(found('embed', 'images', '0', 'missing'), '{ "alt": "one" }');
    assert.equal(found('missing'), TEXT);
  });

  it('ends on any text', () => {
    for (const text of ['', '{', '{"a"', '[[', ']', '{"a":}', '"']) {
      const { from, to } = placeOf(text, ['a', 'b']);
      assert.ok(from >= 0 && to <= text.length && from <= to, text);
    }
  });
});

describe('pathIn', () => {
  it('reads the ways that refusals name', () => {
    assert.deepEqual(pathIn('Numbers are integers within ±(2^53 − 1), at /embed/images/1/alt'), ['embed', 'images', '1', 'alt']);
    assert.deepEqual(pathIn('This is not a valid x record: invalid_type at .embed.images.0 (expected object)'), ['embed', 'images', '0']);
    assert.equal(pathIn('A record is an object.'), undefined);
    assert.equal(pathIn('Nothing was found at all'), undefined);
  });
});
