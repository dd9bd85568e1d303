import { sha512 } from '@noble/hashes/sha2.js';
import {
  carOf, framed, headerOf, nodeBlock, note, recordBlock, section, signedCommit,
} from '../../support/malformed.ts';
import { cidOf, sha256, varintSize, writeVarint } from '../../../src/protocol/index.ts';
import { array, join, link, map, text, uint } from './raw-cbor.ts';
import { accepted, refused } from './vector.ts';
import type { FaultPlace, RepositoryCase } from './vector.ts';
import type { RepoFault } from '../../../src/repo/index.ts';

const record = recordBlock('one');
const top = nodeBlock([{ key: note('aa'), value: record.cid }]);
const commit = await signedCommit(top.cid);
const header = headerOf([link(commit.cid)]);
const valid = carOf(commit.cid, [commit, top, record]);
const last = section(record);
/** The CAR without its last block, and where that would begin. */
const begun = valid.slice(0, -last.length);
const offset = begun.length;
const place = { offset };

function car(
  name: string, code: RepoFault, why: string, bytes: Uint8Array, details: readonly string[] = ['offset'],
    at: FaultPlace = {},
): RepositoryCase {
  return refused<RepositoryCase>('repository', `car-${name}`, code, why, details, at, { car: bytes });
}

/** The valid CAR with one more block, which nothing leads to, under a CID of this form. */
function foreignCid(name: string, why: string, cid: Uint8Array): RepositoryCase {
  const bytes = join(valid, section({ cid, bytes: extra }));
  return car(`cid-${name}`, 'BlockCid', why, bytes, ['offset'], { offset: valid.length });
}

const extra = map([['text', text('nothing leads here')]]);
const digest = sha256(extra);
const withHeader = (changed: Uint8Array): Uint8Array => join(changed, valid.slice(header.length));
const rawCommit = { cid: cidOf(commit.bytes, 'raw'), bytes: commit.bytes };
const flipped = { cid: record.cid, bytes: record.bytes.with(10, record.bytes[10]! ^ 1) };

/** What a CAR can be wrong in before anybody looks at what its blocks mean. */
export const carCases: readonly RepositoryCase[] = [
  accepted<RepositoryCase>('repository', 'valid-car', 'A commit, a node and a record, in the order of a walk.',
    { car: valid }),
  accepted<RepositoryCase>('repository', 'valid-car-order', 'The blocks of a CAR may come in any order.', {
    car: carOf(commit.cid, [record, top, commit]),
  }),
  accepted<RepositoryCase>('repository', 'valid-car-twice', 'A block may come twice.',
    { car: join(valid, last, section(commit)) }),
  accepted<RepositoryCase>('repository', 'valid-car-unreachable', 'A block that nothing leads to is given to nobody.', {
    car: join(valid, section({ cid: cidOf(extra), bytes: extra })),
  }),
  car('empty', 'CarTruncated', 'An empty file has no header.', new Uint8Array(0), ['offset'], { offset: 0 }),
  car('header-extra-key', 'CarHeader', 'The header has a third key.',
    withHeader(headerOf([link(commit.cid)], [['createdAt', uint(1)]]))),
  car('header-version-2', 'CarHeader', 'The header names version 2.', withHeader(headerOf([link(commit.cid)], [], 2))),
  car('header-v2-pragma', 'CarHeader', 'The file begins as a CAR v2 does, without roots.',
    withHeader(framed(map([['version', uint(2)]])))),
  car('header-no-roots-key', 'CarHeader', 'The header has no roots at all.',
    withHeader(framed(map([['version', uint(1)]])))),
  car('header-not-canonical', 'CarHeader', 'The keys of the header are in the wrong order.',
    withHeader(framed(map([['version', uint(1)], ['roots', array([link(commit.cid)])]]))), ['offset', 'reason']),
  car('header-trailing', 'CarHeader', 'A byte follows the map of the header.',
    withHeader(framed(join(map([['roots', array([link(commit.cid)])], ['version', uint(1)]]), [0]))),
    ['offset', 'reason']),
  car('header-array', 'CarHeader', 'The header is an array.',
    withHeader(framed(array([array([link(commit.cid)]), uint(1)])))),
  car('header-empty', 'CarHeader', 'The header has a length of zero.', withHeader(Uint8Array.of(0)),
    ['offset', 'reason']),
  car('header-large', 'CarHeader', 'The header claims 4,097 bytes, and is refused before they come.',
    Uint8Array.of(0x81, 0x20), ['offset'], { offset: 0 }),
  car('header-length-not-minimal', 'CarFrame', 'The length of the header is a varint with a zero byte too many.',
    join([header[0]! | 0x80, 0], valid.slice(1)), ['offset', 'reason'], { offset: 0 }),
  car('roots-none', 'CarRoots', 'The header has no root.', withHeader(headerOf([])), ['roots']),
  car('roots-two', 'CarRoots', 'The header has two roots.', withHeader(headerOf([link(commit.cid), link(top.cid)])),
    ['roots']),
  car('roots-same-twice', 'CarRoots', 'The header has one root twice.',
    withHeader(headerOf([link(commit.cid), link(commit.cid)])), ['roots']),
  car('roots-text', 'CarRoots', 'The root is text instead of a CID.',
    withHeader(headerOf([text(commit.cid.toString())])), ['roots']),
  car('roots-cid-v0', 'CarHeader', 'The root is a CIDv0.',
    withHeader(headerOf([link(join([0x12, 0x20], commit.cid.digest))])), ['offset', 'reason']),
  car('root-raw', 'BlockCid', 'The root is the commit under the codec raw.',
    carOf(rawCommit.cid, [rawCommit, top, record]), ['block'], { block: rawCommit.cid }),
  car('root-node', 'CommitForm', 'The root is the node instead of the commit.', carOf(top.cid, [commit, top, record]),
    ['block'], { block: top.cid }),

  car('length-not-minimal', 'CarFrame', 'The length of a block is a varint with a zero byte too many.',
    join(begun, [last[0]! | 0x80, 0], last.slice(1)), ['offset', 'reason'], place),
  car('length-out-of-range', 'CarFrame', 'The length of a block is greater than 2^53 − 1.',
    join(begun, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], last.slice(1)), ['offset', 'reason'], place),
  car('length-endless', 'CarFrame', 'The length of a block does not end.', join(begun, new Uint8Array(64).fill(0x80)),
    ['offset', 'reason'], place),
  car('length-zero', 'CarFrame', 'A section has no bytes, as in a file that was padded.', join(valid, [0]), ['offset'],
    { offset: valid.length }),
  car('section-short', 'CarFrame', 'A section is too short for a CID.',
    join(valid, framed(record.cid.bytes.slice(0, 20))), ['offset'], { offset: valid.length }),
  car('section-no-block', 'CarFrame', 'A section is a CID without a block.', join(valid, framed(record.cid.bytes)),
    ['offset'], { offset: valid.length }),
  car('block-large', 'BlockTooLarge', 'A block claims 2,000,001 bytes, and is refused before they come.',
    join(begun, lengthOnly(2_000_001 + 36), record.cid.bytes), ['offset'], place),
  car('truncated-header', 'CarTruncated', 'The file ends in the header.', valid.slice(0, 20), ['offset'],
    { offset: 20 }),
  car('truncated-length', 'CarTruncated', 'The file ends in the length of a block.', join(begun, [0x80]), ['offset'],
    { offset: offset + 1 }),
  car('truncated-cid', 'CarTruncated', 'The file ends in the CID of a block.', valid.slice(0, offset + 9), ['offset'],
    { offset: offset + 9 }),
  car('truncated-block', 'CarTruncated', 'The file ends one byte before the end of its last block.', valid.slice(0, -1),
    ['offset'], { offset: valid.length - 1 }),

  foreignCid('v0', 'The CID of a block is a CIDv0.', join([0x12, 0x20], digest)),
  foreignCid('v2', 'The CID of a block has version 2.', join([0x02, 0x71, 0x12, 0x20], digest)),
  foreignCid('dag-pb', 'The codec of a block is dag-pb.', join([0x01, 0x70, 0x12, 0x20], digest)),
  foreignCid('sha-1', 'The hash of a block is a SHA-1.', join([0x01, 0x71, 0x11, 0x14], digest.slice(0, 20))),
  foreignCid('sha-512', 'The hash of a block is a SHA-512.', join([0x01, 0x71, 0x13, 0x40], sha512(extra))),
  foreignCid('sha-256-cut', 'The hash of a block is a SHA-256 cut to 20 bytes.',
    join([0x01, 0x71, 0x12, 0x14], digest.slice(0, 20))),
  foreignCid('identity', 'The CID of a block is the block itself.', join([0x01, 0x71, 0x00, extra.length], extra)),
  car('hash', 'BlockHash', 'One bit of a record was turned.', join(begun, section(flipped)), ['block', 'offset'],
    { block: record.cid, offset }),
  car('hash-unreachable', 'BlockHash', 'A block that nothing leads to does not hash to its CID.',
    join(valid, section({ cid: cidOf(extra), bytes: record.bytes })), ['block', 'offset'],
    { block: cidOf(extra), offset: valid.length }),

  car('commit-missing', 'BlockMissing', 'The commit is not there.', carOf(commit.cid, [top, record]), ['block'],
    { block: commit.cid }),
  car('node-missing', 'BlockMissing', 'The node is not there.', carOf(commit.cid, [commit, record]), ['block'],
    { block: top.cid }),
  car('record-missing', 'BlockMissing', 'The record is not there.', carOf(commit.cid, [commit, top]), ['block', 'key'],
    { block: record.cid, key: note('aa') }),
];

/** The length of a section that does not follow. */
function lengthOnly(length: number): Uint8Array {
  const prefix = new Uint8Array(varintSize(length));
  writeVarint(length, prefix, 0);
  return prefix;
}
