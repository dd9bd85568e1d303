import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testSyntax } from '../../test/vectors/syntax.ts';
import { datetimeFromMs, datetimeToMs, isDatetime, parseDatetime } from './datetime.ts';
import { InvalidSyntaxError } from './errors.ts';

testSyntax({ name: 'datetime', is: isDatetime, parse: parseDatetime, alsoInvalid: ['parse_invalid'] });

test('a datetime is a time in milliseconds', () => {
  for (const [text, milliseconds] of [
    ['1970-01-01T00:00:00Z', 0],
    ['1970-01-01T00:00:00.1239Z', 123],
    ['1969-12-31T23:59:59.9Z', -100],
    ['1985-04-12T23:20:50.5+01:45', Date.UTC(1985, 3, 12, 21, 35, 50, 500)],
    ['1985-04-12T23:20:50.12-07:00', Date.UTC(1985, 3, 13, 6, 20, 50, 120)],
    ['0000-01-01T00:00:00.000Z', -62_167_219_200_000],
    ['9999-12-31T23:59:59.999Z', 253_402_300_799_999],
  ] as const) {
    assert.equal(datetimeToMs(parseDatetime(text)), milliseconds, text);
  }
});

test('days, hours and offsets that do not exist are refused', () => {
  for (const text of [
    '2023-02-29T00:00:00Z', '1900-02-29T00:00:00Z', '2024-02-30T00:00:00Z', '2024-04-31T00:00:00Z',
    '2024-01-32T00:00:00Z',
    '2024-01-01T24:00:00Z', '2024-01-01T00:60:00Z', '2024-01-01T00:00:60Z', '2024-01-01T00:00:00+24:00',
    '2024-01-01T00:00:00+00:60', '9999-12-31T23:59:59-00:01', `2024-01-01T00:00:00.${'0'.repeat(44)}Z`,
  ]) {
    assert.ok(!isDatetime(text), text);
  }
  for (const text of ['2024-02-29T00:00:00Z', '2000-02-29T00:00:00Z', '2024-01-31T23:59:59+23:59']) {
    assert.ok(isDatetime(text), text);
  }
});

test('a datetime is made from milliseconds', () => {
  assert.equal(datetimeFromMs(482_196_050_123), '1985-04-12T23:20:50.123Z');
  assert.equal(datetimeFromMs(-62_167_219_200_000), '0000-01-01T00:00:00.000Z');
  for (const milliseconds of [-62_167_219_200_001, 253_402_300_800_000, Number.NaN, Infinity]) {
    assert.throws(() => datetimeFromMs(milliseconds), InvalidSyntaxError);
  }
});
