import { CborError, cidOf, decodeCbor, encodeCbor, isBlockOf, parseCid } from '../../src/protocol/index.ts';
import { equal, equalBytes, ok, thrownBy } from './assert.ts';
import type { CborMap } from '../../src/protocol/index.ts';

const KNOWN_CIDS = [
  { what: 'the empty tree node', block: { e: [], l: null }, cid: 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm' },
  { what: 'the empty map', block: {}, cid: 'bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua' },
] as const;

const MAX = Number.MAX_SAFE_INTEGER;

describe('DAG-CBOR', () => {
  it('reads back what it wrote, of every type', () => {
    const record: CborMap = {
      text: 'ünïcödé 🪨',
      numbers: [0, 23, 24, 255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296, MAX, -1, -MAX],
      simple: [null, true, false],
      bytes: Uint8Array.of(0, 255),
      link: cidOf(Uint8Array.of(1), 'raw'),
      nested: { b: { a: [] }, aa: '', a: {} },
    };
    const bytes = encodeCbor(record);
    const again = decodeCbor(bytes) as CborMap;
    equalBytes(encodeCbor(again), bytes);
    equal(again.text as string, 'ünïcödé 🪨');
    equal((again.numbers as number[]).at(-1), -MAX);
    equalBytes(again.bytes as Uint8Array, Uint8Array.of(0, 255));
  });

  it('refuses what is not canonical', () => {
    equal(thrownBy(() => decodeCbor(Uint8Array.of(0x18, 0x01)), CborError).code, 'InvalidCbor');
    thrownBy(() => decodeCbor(Uint8Array.of(0xa2, 0x61, 0x62, 0x01, 0x61, 0x61, 0x01)), CborError);
    thrownBy(() => decodeCbor(Uint8Array.of(0xfb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0)), CborError);
    thrownBy(() => decodeCbor(Uint8Array.of(0x82, 0x01)), CborError);
  });
});

describe('CID', () => {
  for (const { what, block, cid } of KNOWN_CIDS) {
    it(`of ${what} is what every implementation gives`, () => {
      const bytes = encodeCbor(block);
      equal(cidOf(bytes).toString(), cid);
      ok(parseCid(cid).equals(cidOf(bytes)), 'does not read back');
      ok(isBlockOf(parseCid(cid), bytes), 'does not match its block');
      ok(!isBlockOf(parseCid(cid), Uint8Array.of(0)), 'matches another block');
    });
  }
});
