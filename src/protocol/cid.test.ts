import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { CID } from 'multiformats';
import { assertCount } from '../../test/vectors/counts.ts';
import { vectorBytes, vectorJson, vectorLines, vectorNames } from '../../test/vectors/files.ts';
import { CID_SIZE, Cid, CidError, cidOf, isBlockOf, parseCid, readCid } from './cid.ts';
import { InvalidSyntaxError } from './errors.ts';

const RAW = 'bafkreiccldh766hwcnuxnf2wh6jgzepf2nlu2lvcllt63eww5p6chi4ity';
const [{ cid: TEXT }] = vectorJson<[{ readonly cid: string }]>('atproto-interop-tests/data-model/data-model-fixtures.json');

test('bytes and text are two forms of one CID', () => {
  for (const [text, codec] of [[TEXT, 'dag-cbor'], [RAW, 'raw']] as const) {
    const cid = parseCid(text);
    assert.equal(cid.codec, codec);
    assert.equal(cid.toString(), text);
    assert.deepEqual(cid.toJSON(), { $link: text });
    assert.deepEqual(cid.bytes, CID.parse(text).bytes);
    assert.deepEqual(cid.digest, CID.parse(text).multihash.digest);
    const padded = new Uint8Array(CID_SIZE + 5);
    padded.set(cid.bytes, 3);
    const read = readCid(padded, 3);
    assert.ok(read.equals(cid) && cid.equals(read));
    assert.equal(read.detached().bytes.buffer.byteLength, CID_SIZE);
    assert.ok(read.detached().equals(cid));
  }
  assert.ok(!parseCid(TEXT).equals(parseCid(RAW)));
});

test('CIDs that differ in the codec only are not equal', () => {
  const block = Uint8Array.of(0xa0);
  assert.ok(!cidOf(block, 'raw').equals(cidOf(block)));
  assert.equal(cidOf(block, 'raw').hash, cidOf(block).hash);
  assert.ok(isBlockOf(cidOf(block, 'raw'), block));
  assert.ok(!isBlockOf(cidOf(block), Uint8Array.of(0xa1)));
});

test('the protocol reads one form of CID: no text of the vectors has it', (t) => {
  const texts = ['valid', 'invalid'].flatMap((kind) => vectorLines(`atproto-interop-tests/syntax/cid_syntax_${kind}.txt`));
  for (const text of texts) assert.throws(() => parseCid(text), InvalidSyntaxError, text);
  assertCount(t, 'cid of another form', texts.length);
});

test('texts that are nearly a CID are refused', () => {
  const { bytes } = parseCid(TEXT);
  for (const [at, value] of [[0, 0], [0, 2], [1, 0x70], [1, 0x51], [2, 0x13], [2, 0x00], [3, 0x1f], [3, 0x21]] as const) {
    const wrong = bytes.slice();
    wrong[at] = value;
    assert.throws(() => readCid(wrong), CidError);
    assert.throws(() => parseCid(new Cid(wrong).toString()), InvalidSyntaxError);
  }
  assert.throws(() => readCid(bytes.subarray(1)), CidError);
  assert.throws(() => readCid(bytes, 1), CidError);
  // The last of the 59 digits holds two bits that belong to no byte.
  const unused = [...'bcdefghijklmnopqrstuvwxyz'].map((digit) => TEXT.slice(0, -1) + digit).filter((text) => {
    try {
      return parseCid(text).toString() !== text;
    } catch {
      return false;
    }
  });
  assert.deepEqual(unused, []);
  for (const text of [TEXT.toUpperCase(), ` ${TEXT}`, `${TEXT} `, TEXT.slice(0, -1), `${TEXT}a`, '', 'b']) {
    assert.throws(() => parseCid(text), InvalidSyntaxError, text);
  }
});

test('the CID of a block is the SHA-256 of its bytes', (t) => {
  const names = vectorNames('ipld-codec-fixtures/_fixtures_src');
  for (const name of names) {
    const block = vectorBytes(`ipld-codec-fixtures/_fixtures_src/${name}`);
    const cid = cidOf(block, 'raw');
    assert.deepEqual(cid.digest, new Uint8Array(createHash('sha256').update(block).digest()), name);
    assert.ok(isBlockOf(cid, block), name);
    assert.ok(!isBlockOf(cid, Uint8Array.of(...block, 0)), name);
  }
  assertCount(t, 'cid of blocks', names.length);
});
