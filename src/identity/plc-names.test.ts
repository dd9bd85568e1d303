import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plcNames, withFurtherNames, withHandle } from './plc-names.ts';
import type { PlcData } from './plc-data.ts';

const data = (...alsoKnownAs: readonly string[]): PlcData => ({ rotationKeys: ['k'], verificationMethods: {}, alsoKnownAs, services: {} });
const PAGE = 'https://example.com/';

test('the first at:// is the name, wherever it stands; all others are further names', () => {
  assert.deepEqual(plcNames(data()), { handle: undefined, further: [] });
  assert.deepEqual(plcNames(data(PAGE)), { handle: undefined, further: [PAGE] });
  assert.deepEqual(plcNames(data(PAGE, 'at://a.test', 'at://b.test')), { handle: 'a.test', further: [PAGE, 'at://b.test'] });
});

test('another name takes the place of the first, further names stay; one of them can become it', () => {
  assert.deepEqual(withHandle(data('at://a.test', PAGE, 'at://b.test'), 'c.test').alsoKnownAs, ['at://c.test', PAGE, 'at://b.test']);
  assert.deepEqual(withHandle(data('at://a.test', PAGE, 'at://b.test'), 'b.test').alsoKnownAs, ['at://b.test', PAGE]);
  assert.deepEqual(withHandle(data(PAGE), 'a.test').alsoKnownAs, ['at://a.test', PAGE]);
  assert.deepEqual(withHandle(data('at://a.test', PAGE), 'a.test'), data('at://a.test', PAGE));
});

test('further names are replaced as a whole, and the name stays', () => {
  assert.deepEqual(withFurtherNames(data('at://a.test', PAGE), ['at://b.test', 'at://a.test']).alsoKnownAs, ['at://a.test', 'at://b.test']);
  assert.deepEqual(withFurtherNames(data(PAGE), []).alsoKnownAs, []);
});
