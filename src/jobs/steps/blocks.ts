import { CborError, cidOf, decodeCbor, encodeCbor, isBlockOf, parseCid } from '../../protocol/index.ts';
import { check } from '../errors.ts';
import type { CborMap, CborValue } from '../../protocol/index.ts';

/** CIDs that every implementation gives: the empty tree, the empty map, no bytes at all. */
const KNOWN_CIDS: readonly (readonly [what: string, block: CborValue | 'no bytes', cid: string])[] = [
  ['the empty tree', { e: [], l: null }, 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'],
  ['the empty map', {}, 'bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua'],
  ['no bytes', 'no bytes', 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'],
];

/** Bytes of which each has a shorter or better ordered form, or no place in the data model. */
const REFUSED: readonly (readonly [what: string, bytes: readonly number[]])[] = [
  ['a number longer than it need be', [0x18, 0x01]],
  ['keys out of order', [0xa2, 0x61, 0x62, 0x01, 0x61, 0x61, 0x01]],
  ['the same key twice', [0xa2, 0x61, 0x61, 0x01, 0x61, 0x61, 0x01]],
  ['a float', [0xfb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]],
  ['an array without a length', [0x9f, 0x01, 0xff]],
  ['a value cut short', [0x82, 0x01]],
  ['bytes after the value', [0x01, 0x01]],
];

/** Writes records of every type of the data model and reads them back; refuses what is not canonical. */
export async function checkCbor(): Promise<string> {
  const records = Array.from({ length: 200 }, (_, index) => sampleRecord(index));
  let size = 0;
  for (const record of records) {
    const bytes = encodeCbor(record);
    const again = encodeCbor(decodeCbor(bytes));
    check(same(bytes, again), 'a record reads back as something else than what was written');
    size += bytes.length;
  }
  for (const [what, bytes] of REFUSED) check(isRefused(Uint8Array.from(bytes)), `${what} was accepted`);
  return `${records.length} records (${Math.round(size / 1000)} kB), ${REFUSED.length} malformed ones refused`;
}

/** CIDs against known answers, through their text form and back, and against a block that was changed. */
export async function checkCids(): Promise<string> {
  for (const [what, block, text] of KNOWN_CIDS) {
    const isRaw = block === 'no bytes';
    const bytes = isRaw ? new Uint8Array(0) : encodeCbor(block);
    const cid = cidOf(bytes, isRaw ? 'raw' : 'dag-cbor');
    check(cid.toString() === text, `the CID of ${what} is wrong here: ${cid}`);
    check(parseCid(text).equals(cid), `the CID of ${what} does not read back`);
  }
  const block = encodeCbor(sampleRecord(1));
  const cid = cidOf(block);
  check(isBlockOf(cid, block), 'a block does not match its own CID');
  block[block.length - 1]! ^= 1;
  check(!isBlockOf(cid, block), 'a changed block still matches its CID');
  return `${KNOWN_CIDS.length} known answers, a changed block found out`;
}

function sampleRecord(index: number): CborMap {
  return {
    $type: 'app.holdfast.check.sample',
    text: `Record ${index}, with ünïcödé and 🪨`,
    count: index % 2 === 0 ? index * 4_294_967_311 : -index,
    list: [index, [index + 1, null], true, false],
    link: cidOf(new Uint8Array([index & 0xff]), 'raw'),
    bytes: new Uint8Array(index % 70),
    nested: { createdAt: '2026-01-01T00:00:00.000Z', z: {}, a: '' },
  };
}

function isRefused(bytes: Uint8Array): boolean {
  try {
    decodeCbor(bytes);
    return false;
  } catch (error) {
    if (error instanceof CborError) return true;
    throw error;
  }
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);
