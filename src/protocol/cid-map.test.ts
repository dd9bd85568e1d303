import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CidMap, CidSet } from './cid-map.ts';
import { CID_SIZE, readCid } from './cid.ts';
import type { Cid } from './cid.ts';

/** CIDs of which many share the 30 bits that tables are keyed by, and some differ in the codec or the last byte only. */
const cids: fc.Arbitrary<Cid> = fc.tuple(fc.constantFrom(0x71, 0x55), fc.nat(20), fc.nat(3)).map(([codec, start, end]) => {
  const bytes = new Uint8Array(CID_SIZE);
  bytes.set([1, codec, 0x12, 0x20, start * 12]);
  bytes[CID_SIZE - 1] = end;
  return readCid(bytes);
});

const step = fc.tuple(fc.constantFrom('set', 'set', 'delete', 'get'), cids, fc.nat());
const steps = fc.array(step, { maxLength: 300, size: 'max' });

test('a map of CIDs does what a map of their texts does', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const map = new CidMap<number>();
      const model = new Map<string, number>();
      for (const [kind, cid, value] of list) {
        const text = cid.toString();
        if (kind === 'set') {
          map.set(cid, value);
          model.set(text, value);
        } else if (kind === 'delete') {
          assert.equal(map.delete(cid), model.delete(text));
        }
        assert.equal(map.get(cid), model.get(text));
        assert.equal(map.has(cid), model.has(text));
        assert.equal(map.size, model.size);
      }
      const entries = [...map.entries()].map(([cid, value]) => [cid.toString(), value] as const);
      assert.deepEqual(entries.toSorted(), [...model].toSorted());
      assert.deepEqual([...map.keys()].map(String), entries.map(([text]) => text));
      assert.deepEqual([...map.values()], entries.map(([, value]) => value));
      map.clear();
      assert.equal(map.size, 0);
      for (const [, cid] of list) assert.ok(!map.has(cid));
    }),
  );
});

test('a set of CIDs does what a set of their texts does', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const set = new CidSet();
      const model = new Set<string>();
      for (const [kind, cid] of list) {
        const text = cid.toString();
        if (kind === 'set') assert.equal(set.add(cid), !model.has(text) && model.add(text).size > 0);
        assert.equal(set.has(cid), model.has(text));
        assert.equal(set.size, model.size);
      }
    }),
  );
});

test('a set keeps what it has while it grows, and owns its bytes', () => {
  const set = new CidSet();
  const bytes = Uint8Array.from({ length: CID_SIZE }, (_, i) => [1, 0x71, 0x12, 0x20][i] ?? 0);
  const cidAt = (i: number): Cid => {
    bytes.set([i >> 8, i & 0xff, i % 7], 4);
    return readCid(bytes.slice());
  };
  for (let i = 0; i < 5000; i++) {
    const shared = cidAt(i);
    assert.ok(set.add(shared));
    shared.bytes.fill(0);
  }
  assert.equal(set.size, 5000);
  for (let i = 0; i < 5000; i++) assert.ok(set.has(cidAt(i)) && !set.add(cidAt(i)), String(i));
  assert.ok(!set.has(cidAt(5000)));
});
