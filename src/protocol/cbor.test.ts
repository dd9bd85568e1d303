import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as dagCbor from '@ipld/dag-cbor';
import fc from 'fast-check';
import { CID } from 'multiformats';
import { fromHex } from '../../test/vectors/bytes.ts';
import { cborValues } from '../../test/vectors/cbor-values.ts';
import { assertCount } from '../../test/vectors/counts.ts';
import { vectorBytes, vectorJson, vectorNames } from '../../test/vectors/files.ts';
import { decodeCbor, decodeCborAt } from './cbor-decode.ts';
import type { CborMap, CborValue } from './cbor-decode.ts';
import { encodeCbor, UnencodableError } from './cbor-encode.ts';
import { CBOR_LIMITS, CborError } from './cbor-reader.ts';
import type { CborFault } from './cbor-reader.ts';
import { validateCbor } from './cbor-validate.ts';
import { Cid, parseCid } from './cid.ts';

const FIXTURES = 'ipld-codec-fixtures/_fixtures_src';
const NEGATIVE = 'ipld-codec-fixtures/negative-fixtures/dag-cbor/decode';

/** The same value in the words of @ipld/dag-cbor. */
function toIpld(value: CborValue): unknown {
  if (value instanceof Cid) return CID.decode(value.bytes);
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(toIpld);
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value as CborMap)) {
    Object.defineProperty(result, key, { value: toIpld(item), enumerable: true, configurable: true, writable: true });
  }
  return result;
}

/** Why the atproto profile has no place for a value that @ipld/dag-cbor read: all reasons that it finds. */
function faultsOf(value: unknown, found = new Set<CborFault>()): Set<CborFault> {
  if (typeof value === 'bigint') found.add('integer-range');
  else if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) found.add(Number.isInteger(value) ? 'integer-range' : 'float');
  } else if (CID.asCID(value)) {
    const { version, code, multihash } = CID.asCID(value)!;
    if (version !== 1 || (code !== 0x71 && code !== 0x55) || multihash.code !== 0x12) found.add('cid');
  } else if (value !== null && typeof value === 'object' && !(value instanceof Uint8Array)) {
    for (const item of Object.values(value)) faultsOf(item, found);
  }
  return found;
}

/** The reason for which both the decoder and the validator refuse the bytes; `undefined` when both accept them. */
function refusal(bytes: Uint8Array): CborFault | undefined {
  const reasons = [decodeCbor, validateCbor].map((read) => {
    try {
      read(bytes);
      return undefined;
    } catch (error) {
      assert.ok(error instanceof CborError, `not a CborError: ${String(error)}`);
      return error.reason;
    }
  });
  assert.equal(reasons[0], reasons[1], 'decoder and validator differ');
  return reasons[0];
}

test('ipld fixtures: round trip, or refused by the profile', (t) => {
  const names = vectorNames(FIXTURES);
  let accepted = 0;
  for (const name of names) {
    const block = vectorBytes(`${FIXTURES}/${name}`);
    const oracle: unknown = dagCbor.decode(block);
    const faults = faultsOf(oracle);
    const reason = refusal(block);
    if (faults.size === 0) {
      assert.equal(reason, undefined, name);
      const value = decodeCbor(block);
      assert.deepEqual(toIpld(value), oracle, name);
      assert.deepEqual(encodeCbor(value), block, name);
      accepted++;
    } else {
      assert.ok(reason !== undefined && faults.has(reason), `${name}: ${reason}, wanted ${[...faults].join(' or ')}`);
    }
  }
  assertCount(t, 'ipld dag-cbor accepted', accepted);
  assertCount(t, 'ipld dag-cbor refused', names.length - accepted);
});

test('ipld negative fixtures', (t) => {
  const files = vectorNames(NEGATIVE).map((name) => `${NEGATIVE}/${name}`);
  const cases = files.flatMap((file) => vectorJson<{ readonly name: string; readonly hex: string }[]>(file));
  for (const fixture of cases) assert.equal(refusal(fromHex(fixture.hex)), 'duplicate-key', fixture.name);
  assertCount(t, 'ipld dag-cbor negative', cases.length);
});

test('every way of not being canonical is refused for its reason', (t) => {
  const link = `d82a 5825 00 ${'01711220'.padEnd(72, '0')}`;
  const cases: readonly (readonly [CborFault, string])[] = [
    ['truncated', ''], ['truncated', '18'], ['truncated', '19 01'], ['truncated', '1b 00000001 000000'],
    ['truncated', '62 61'],
    ['truncated', '42 00'], ['truncated', '81'], ['truncated', 'a1'], ['truncated', 'a1 61 61'], ['truncated', 'd82a'],
    ['truncated', '5a ffffffff 00'], ['truncated', '5b 7fffffffffffffff'], ['truncated', '9a 00010000'],
    ['truncated', 'd82a 5825 00'],
    ['trailing', '00 00'], ['trailing', 'f6 ff'], ['trailing', 'a0 a0'],
    ['not-minimal', '18 17'], ['not-minimal', '19 00ff'], ['not-minimal', '1a 0000ffff'],
    ['not-minimal', '1b 00000000ffffffff'],
    ['not-minimal', '38 00'], ['not-minimal', '58 01 00'], ['not-minimal', '78 01 61'], ['not-minimal', '98 00'],
    ['not-minimal', 'b8 00'],
    ['not-minimal', 'd9 002a 4100'],
    ['indefinite', '5f 41 00 ff'], ['indefinite', '7f 61 61 ff'], ['indefinite', '9f ff'], ['indefinite', 'bf ff'],
    ['indefinite', 'ff'],
    ['indefinite', '1f'],
    ['reserved', '1c'], ['reserved', '1d'], ['reserved', '1e'], ['reserved', '5c'], ['reserved', 'dc'],
    ['float', 'f9 0000'], ['float', 'f9 3c00'], ['float', 'f9 7e00'], ['float', 'f9 7c00'], ['float', 'fa 3f800000'],
    ['float', 'fb 3ff0000000000000'], ['float', 'fb 7ff8000000000000'],
    ['simple', 'f7'], ['simple', 'e0'], ['simple', 'f0'], ['simple', 'f3'], ['simple', 'f8 14'], ['simple', 'f8 ff'],
    ['simple', 'fc'],
    ['tag', 'c0 60'], ['tag', 'c1 00'], ['tag', 'c2 41 01'], ['tag', 'c3 41 01'], ['tag', 'd8 29 41 00'],
    ['tag', 'd9 d9f7 00'],
    ['cid', 'd82a 40'], ['cid', 'd82a 60'], ['cid', 'd82a 00'], ['cid', link.replace('5825 00', '5825 01')],
    ['cid', link.replace('0171', '0170')], ['cid', link.replace('0171', '0271')],
    ['cid', link.replace('017112', '017113')],
    ['cid', link.replace('01711220', '0171121f')], ['cid', `${link.replace('5825', '5826')}00`],
    ['cid', 'd82a d82a 40'],
    ['integer-range', '1b 0020000000000000'], ['integer-range', '3b 001fffffffffffff'],
    ['integer-range', '1b ffffffffffffffff'],
    ['integer-range', '3b ffffffffffffffff'],
    ['key-type', 'a1 00 00'], ['key-type', 'a1 41 61 00'], ['key-type', 'a1 f6 00'], ['key-type', 'a1 80 00'],
    ['key-type', `a1 ${link} 00`],
    ['key-order', 'a2 61 62 00 61 61 00'], ['key-order', 'a2 62 6161 00 61 62 00'], ['key-order', 'a2 61 61 00 60 00'],
    ['duplicate-key', 'a2 61 61 00 61 61 00'], ['duplicate-key', 'a2 60 00 60 00'],
    ['utf8', '61 ff'], ['utf8', '61 80'], ['utf8', '62 c080'], ['utf8', '62 c1bf'], ['utf8', '63 e08080'],
    ['utf8', '63 eda080'],
    ['utf8', '63 edbfbf'], ['utf8', '64 f0808080'], ['utf8', '64 f4908080'], ['utf8', '64 f5808080'], ['utf8', '61 c3'],
    ['utf8', '62 c328'],
    ['utf8', 'a1 61 ff 00'], ['utf8', `78 28 ${'61'.repeat(39)}ff`], ['utf8', `a1 78 28 ${'61'.repeat(39)}ff 00`],
    ['depth', `${'81'.repeat(33)}00`], ['depth', `${'a16161'.repeat(33)}00`], ['depth', '81'.repeat(100_000)],
    ['container-size', '9a 00020001'], ['container-size', 'ba 00020001'], ['container-size', '9b 001fffffffffffff'],
    ['key-size', 'a1 79 2001'],
  ];
  for (const [reason, text] of cases) assert.equal(refusal(fromHex(text)), reason, text.slice(0, 80));
  assertCount(t, 'cbor refusals', cases.length);
});

test('what stands at the limits is accepted', () => {
  const { containerSize, depth, keyBytes } = CBOR_LIMITS;
  const deep = fromHex(`${'81'.repeat(depth)}00`);
  assert.equal(refusal(deep), undefined);
  assert.deepEqual(encodeCbor(decodeCbor(deep)), deep);
  const { MAX_SAFE_INTEGER } = Number;
  const list = Array<null>(containerSize).fill(null);
  for (const value of [list, { ['k'.repeat(keyBytes)]: 1 }, MAX_SAFE_INTEGER, -MAX_SAFE_INTEGER, '\ufeffa']) {
    const block = encodeCbor(value);
    assert.equal(refusal(block), undefined);
    assert.deepEqual(decodeCbor(block), value);
  }
});

test('encodes and decodes as @ipld/dag-cbor does', () => {
  fc.assert(
    fc.property(cborValues, (value) => {
      const block = encodeCbor(value);
      assert.deepEqual(block, new Uint8Array(dagCbor.encode(toIpld(value))));
      assert.equal(refusal(block), undefined);
      assert.deepEqual(decodeCbor(block), value);
    }),
    { numRuns: 1000 },
  );
});

type Edit = readonly [kind: 'flip' | 'insert' | 'remove' | 'set', at: number, byte: number];

function edited(block: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const bytes = [...block];
  for (const [kind, at, byte] of edits) {
    const place = at % (bytes.length + 1);
    if (kind === 'insert') bytes.splice(place, 0, byte);
    else if (kind === 'remove') bytes.splice(place, 1 + (byte % 3));
    else if (place < bytes.length) bytes[place] = kind === 'set' ? byte : bytes[place]! ^ (1 << (byte % 8));
  }
  return Uint8Array.from(bytes);
}

const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.tuple(
    fc.constantFrom('flip', 'insert', 'remove', 'set'),
    fc.nat(2000),
    fc.oneof(fc.nat(255), fc.constantFrom(0x18, 0x5f, 0xd8, 0xf6, 0xf9, 0xff)),
  ),
  { minLength: 1, maxLength: 3 },
);

test('of changed bytes, decoder and validator accept the same, and only what is canonical', () => {
  const seen = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(cborValues, edits, (value, changes) => {
      const block = edited(encodeCbor(value), changes);
      if (refusal(block) !== undefined) {
        seen.refused++;
        return;
      }
      seen.accepted++;
      assert.deepEqual(encodeCbor(decodeCbor(block)), block);
      dagCbor.decode(block);
    }),
    { numRuns: 4000 },
  );
  assert.ok(seen.accepted > 100 && seen.refused > 100, JSON.stringify(seen));
});

test('random bytes throw nothing but CborError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      if (refusal(bytes) === undefined) assert.deepEqual(encodeCbor(decodeCbor(bytes)), bytes);
    }),
    { numRuns: 4000 },
  );
});

test('what has no place in the data model is not written', () => {
  const cases: readonly unknown[] = [
    undefined, 0.5, Number.NaN, Infinity, 2 ** 53, -(2 ** 53), 1n, Symbol('a'), () => 1, 'a\ud800', '\udc00',
    new Date(0), new Map(),
    { a: undefined }, [undefined], Array<number>(1), { '\ud800': 1 }, { ['k'.repeat(CBOR_LIMITS.keyBytes + 1)]: 1 },
    Array<null>(CBOR_LIMITS.containerSize + 1).fill(null),
    Array.from({ length: 33 }).reduce<unknown>((inner) => [inner], 1), new Uint16Array(1),
  ];
  for (const value of cases) assert.throws(() => encodeCbor(value as CborValue), UnencodableError, typeof value);
  // A refusal in the middle leaves nothing behind.
  assert.deepEqual(encodeCbor([1]), fromHex('81 01'));
});

test('two values in a row are read one by one', () => {
  const cid = parseCid('bafyreiclp443lavogvhj3d2ob2cxbfuscni2k5jk7bebjzg7khl3esabwq');
  const first = encodeCbor({ op: 1, t: '#commit' });
  const second = encodeCbor({ cid });
  const frame = Uint8Array.of(...first, ...second);
  const header = decodeCborAt(frame, 0);
  assert.deepEqual(header, { value: { op: 1, t: '#commit' }, end: first.length });
  assert.deepEqual(decodeCborAt(frame, header.end), { value: { cid }, end: frame.length });
  assert.throws(() => decodeCborAt(frame, frame.length), CborError);
});
