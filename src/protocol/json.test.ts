import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromBase64 } from '../../test/vectors/bytes.ts';
import { cborValues } from '../../test/vectors/cbor-values.ts';
import { assertCount } from '../../test/vectors/counts.ts';
import { vectorJson } from '../../test/vectors/files.ts';
import { decodeCbor } from './cbor-decode.ts';
import { encodeCbor } from './cbor-encode.ts';
import { validateCbor } from './cbor-validate.ts';
import { cidOf } from './cid.ts';
import { fromJson, JsonFormError, parseJson, toJson } from './json.ts';
import type { JsonValue } from './json.ts';

interface Fixture {
  readonly json: JsonValue;
  readonly cbor_base64: string;
  readonly cid: string;
}

interface Case {
  readonly note: string;
  readonly json: JsonValue;
}

const read = <Shape>(name: string): readonly Shape[] => vectorJson(`atproto-interop-tests/data-model/${name}.json`);

test('data model: JSON, bytes and CID belong together', (t) => {
  const fixtures = read<Fixture>('data-model-fixtures');
  for (const { json, cbor_base64, cid } of fixtures) {
    const block = fromBase64(cbor_base64);
    assert.deepEqual(encodeCbor(fromJson(json)), block);
    assert.deepEqual(toJson(decodeCbor(block)), json);
    assert.deepEqual(fromJson(json), decodeCbor(block));
    assert.equal(cidOf(block).toString(), cid);
    assert.notEqual(validateCbor(block), 'value');
  }
  assertCount(t, 'data model fixtures', fixtures.length);
});

test('data model: valid', (t) => {
  const cases = read<Case>('data-model-valid');
  for (const { note, json } of cases) {
    const value = fromJson(json);
    assert.deepEqual(toJson(value), json, note);
    assert.deepEqual(decodeCbor(encodeCbor(value)), value, note);
  }
  assertCount(t, 'data model valid', cases.length);
});

test('data model: invalid', (t) => {
  const cases = read<Case>('data-model-invalid');
  for (const { note, json } of cases) {
    // A value of the data model, which a record cannot be: the validator says so of its bytes.
    if (note === 'top-level not an object') assert.equal(validateCbor(encodeCbor(fromJson(json))), 'value', note);
    else assert.throws(() => fromJson(json), JsonFormError, note);
  }
  assertCount(t, 'data model invalid', cases.length);
});

test('the JSON form loses nothing', () => {
  fc.assert(
    fc.property(cborValues, (value) => {
      assert.deepEqual(fromJson(toJson(value)), value);
      assert.deepEqual(parseJson(JSON.stringify(toJson(value))), value);
    }),
    { numRuns: 500 },
  );
});

test('$bytes is base64 with or without padding, and nothing else', () => {
  for (const text of ['', 'AA', 'AA==', 'AAE', 'AAE=', 'AAEC', '+/+/']) {
    assert.deepEqual(fromJson({ $bytes: text }), fromBase64(text), text);
  }
  for (const text of [
    'A', 'AB', 'AAF', 'AA=A', 'A===', '-_-_', 'AA ', 'AA\n', '=', '==', '====', 'AA=', 'AAE==', 'AAEC=', 'AAEC====',
  ]) {
    assert.throws(() => fromJson({ $bytes: text }), JsonFormError, text);
  }
});

test('what the data model has no place for is refused, with the place', () => {
  for (const [json, path] of [
    [{ a: [{ b: 0.5 }] }, '/a/0/b'],
    [{ a: 2 ** 53 }, '/a'],
    [{ a: { $link: 'bafkreiccldh766hwcnuxnf2wh6jgzepf2nlu2lvcllt63eww5p6chi4it' } }, '/a'],
    [{ a: undefined }, '/a'],
    [['\ud800'], '/0'],
    [{ a: { 'b\ud800': 1 } }, '/a'],
    [{ a: { $bytes: 'AA', $link: 'x' } }, '/a'],
  ] as const) {
    assert.throws(() => fromJson(json), (error) => error instanceof JsonFormError && error.details['path'] === path, path);
  }
  for (const text of ['', '{', 'undefined', '1e400', '1.5', '"\\ud800"']) {
    assert.throws(() => parseJson(text), JsonFormError, text);
  }
});

test('nesting is at most 32 deep', () => {
  const nested = (depth: number): JsonValue => (depth === 0 ? 1 : [nested(depth - 1)]);
  assert.deepEqual(fromJson(nested(32)), nested(32));
  assert.throws(() => fromJson(nested(33)), JsonFormError);
  assert.throws(() => parseJson('['.repeat(100_000) + ']'.repeat(100_000)), JsonFormError);
});
