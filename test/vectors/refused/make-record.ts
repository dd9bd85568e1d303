import type { RepoFault } from '../../../src/repo/index.ts';
import { blockOf, nodeBlock, note, records, recordFields, repositoryOf } from '../../support/malformed.ts';
import { array, bytes, head, inOrder, join, link, map, NULL, tag, text, uint } from './raw-cbor.ts';
import type { Field, Item } from './raw-cbor.ts';
import { accepted, refused } from './vector.ts';
import type { RepositoryCase } from './vector.ts';

const FAULT = ['block', 'key', 'offset', 'reason'];
const fields = recordFields('one');

/** A repository of one record, these bytes. */
async function bad(name: string, why: string, content: Uint8Array, details: readonly string[] = FAULT,
  code: RepoFault = 'RecordForm'): Promise<RepositoryCase> {
  const record = blockOf(content);
  const top = nodeBlock([{ key: note('aa'), value: record.cid }]);
  const at = { block: record.cid, key: note('aa') };
  return refused<RepositoryCase>('repository', `record-${name}`, code, why, details, at,
    { car: await repositoryOf(top.cid, [top, record]) });
}

async function valid(name: string, why: string, ...more: readonly Field[]): Promise<RepositoryCase> {
  const record = blockOf(map(inOrder([...fields, ...more])));
  const top = nodeBlock([{ key: note('aa'), value: record.cid }]);
  return accepted<RepositoryCase>('repository', `valid-record-${name}`, why,
    { car: await repositoryOf(top.cid, [top, record]) });
}

/** A record that is right but for the value of one field. */
function value(name: string, why: string, item: Item): Promise<RepositoryCase> {
  return bad(name, why, map(inOrder([...fields, ['value', item]])));
}

/** Arrays in one another, this many. */
function nested(depth: number): Item {
  return join(new Uint8Array(depth).fill(0x81), NULL);
}

const cid = records.aa.cid;
const a: Field = ['a', uint(1)];
const b: Field = ['b', uint(2)];
const pairs = fields.flatMap(([name, item]) => [text(name), item]);
const utf8 = (name: string, why: string, ...content: readonly number[]): Promise<RepositoryCase> =>
  value(name, why, text(Uint8Array.from(content)));

/** What a record can be wrong in. Its text, its lexicon and its links are not the repository's to judge. */
export const recordCases: readonly RepositoryCase[] = [
  await valid('every-type', 'A record with a value of every type.',
    ['int', head(1, 9)], ['bool', Uint8Array.of(0xf5)], ['null', NULL], ['bytes', bytes(Uint8Array.of(0xff, 0))],
    ['link', link(cid)], ['array', array([map([a, b]), array([])])], ['utf8', text('\u00e9 \u6f22 \u{1f680}')]),
  await valid('proto', 'A record with the key __proto__, which is a key like others.', ['__proto__', map([a])]),
  await valid('int-largest', 'The integer 2^53 − 1.', ['value', uint(Number.MAX_SAFE_INTEGER)]),
  await valid('int-least', 'The integer −(2^53 − 1).', ['value', head(1, Number.MAX_SAFE_INTEGER - 1)]),
  await valid('nesting-32', 'Containers 32 deep, the record among them.', ['value', nested(31)]),
  await valid('empty-key', 'A key that is empty text.', ['', uint(1)]),

  await value('float', 'A field is 1.5.', Uint8Array.of(0xfb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0)),
  await value('float-whole', 'A field is the float 1.0.', Uint8Array.of(0xfb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0)),
  await value('float-minus-zero', 'A field is the float −0.', Uint8Array.of(0xfb, 0x80, 0, 0, 0, 0, 0, 0, 0)),
  await value('float-nan', 'A field is not a number.', Uint8Array.of(0xfb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0)),
  await value('float-infinity', 'A field is infinite.', Uint8Array.of(0xfb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0)),
  await value('float-32', 'A field is a float of 32 bits.', Uint8Array.of(0xfa, 0x3f, 0xc0, 0, 0)),
  await value('float-16', 'A field is a float of 16 bits.', Uint8Array.of(0xf9, 0x3e, 0)),
  await value('undefined', 'A field is undefined.', Uint8Array.of(0xf7)),
  await value('simple-value', 'A field is a simple value that means nothing.', Uint8Array.of(0xf8, 0x20)),
  await value('break', 'A field is the end of an item that did not begin.', Uint8Array.of(0xff)),
  await value('int-2-53', 'A field is 2^53.', uint(2n ** 53n)),
  await value('int-2-64', 'A field is 2^64 − 1.', uint(2n ** 64n - 1n)),
  await value('int-minus-2-53', 'A field is −2^53.', head(1, 2n ** 53n - 1n)),
  await value('int-not-minimal', 'A small integer takes a byte more than it needs.', head(0, 7, 1)),
  await value('int-reserved', 'The length of an integer is one that is reserved.', Uint8Array.of(0x1c)),
  await value('text-length-not-minimal', 'The length of a text takes two bytes more than it needs.',
    join(head(3, 1, 2), [0x61])),
  await value('nesting-33', 'Containers are 33 deep.', nested(32)),
  await value('array-indefinite', 'An array has no count.', Uint8Array.of(0x9f, 0xff)),
  await value('map-indefinite', 'A map has no count.', Uint8Array.of(0xbf, 0xff)),
  await value('text-indefinite', 'A text comes in pieces.', Uint8Array.of(0x7f, 0x61, 0x61, 0xff)),
  await value('bytes-indefinite', 'Bytes come in pieces.', Uint8Array.of(0x5f, 0x41, 0x61, 0xff)),
  await value('array-huge', 'An array claims 2^64 − 1 items.', head(4, 2n ** 64n - 1n)),
  await value('map-huge', 'A map claims 100,000 entries.', head(5, 100_000)),
  await value('text-huge', 'A text claims a gigabyte.', head(3, 1_000_000_000)),
  await value('tag-1', 'A field is a time with tag 1.', tag(1, uint(1_700_000_000))),
  await value('tag-42-text', 'Tag 42 stands before text.', tag(42, text(cid.toString()))),
  await value('link-no-prefix', 'A link lacks the zero byte before its CID.', tag(42, bytes(cid.bytes))),
  await value('link-cid-v0', 'A link is a CIDv0.', link(join([0x12, 0x20], cid.digest))),
  await value('link-sha-512', 'A link has the hash of another function.',
    link(join([0x01, 0x71, 0x13, 0x40], new Uint8Array(64)))),
  await value('link-identity', 'A link holds its block.', link(join([0x01, 0x71, 0x00, 0x01], [0xa0]))),
  await value('link-dag-pb', 'A link has the codec dag-pb.', link(join([0x01, 0x70, 0x12, 0x20], cid.digest))),
  await value('link-trailing', 'A byte follows a CID in its link.', link(join(cid.bytes, [0]))),
  await utf8('utf8-invalid', 'A text holds the byte ff.', 0x61, 0xff),
  await utf8('utf8-surrogate', 'A text holds half of a surrogate pair.', 0xed, 0xa0, 0x80),
  await utf8('utf8-overlong', 'A text writes a zero in two bytes.', 0xc0, 0x80),
  await utf8('utf8-cut', 'A text ends inside a character.', 0x61, 0xc3),
  await utf8('utf8-beyond', 'A text holds a character above U+10FFFF.', 0xf4, 0x90, 0x80, 0x80),
  await bad('key-utf8', 'A key is not UTF-8.', join(head(5, 3), text(Uint8Array.of(0xff)), uint(1), ...pairs)),
  await bad('key-order', 'Keys of one length are in the wrong order.',
    map([...fields, ['second', uint(1)], ['first_', uint(2)]])),
  await bad('key-order-length', 'The keys are in the order of an alphabet instead of their lengths.',
    map(fields.toReversed())),
  await bad('key-twice', 'A key stands twice in a record.', map([...fields, ['value', uint(1)], ['value', uint(2)]])),
  await bad('key-int', 'A key is a number.', join(head(5, 3), ...pairs, uint(1), uint(1))),
  await bad('key-bytes', 'A key is a byte string.', join(head(5, 3), ...pairs, bytes(Uint8Array.of(0x61)), uint(1))),
  await bad('type-missing', 'A record does not say what it is.', map([['text', text('one')]]), ['block', 'key'],
    'RecordType'),
  await bad('type-empty', 'A record says with empty text what it is.',
    map([['text', text('one')], ['$type', text('')]]), ['block', 'key'], 'RecordType'),
  await bad('type-number', 'A record says with a number what it is.', map([['text', text('one')], ['$type', uint(1)]]),
    ['block', 'key'], 'RecordType'),
  await bad('type-within', 'Only a map within a record says what it is.', map([['value', map(fields)]]),
    ['block', 'key'], 'RecordType'),
  await bad('empty', 'A record is an empty map.', map([]), ['block', 'key'], 'RecordType'),
  await bad('trailing', 'A byte follows the record.', join(map(fields), [0])),
  await bad('second-record', 'A second record follows the record.', join(map(fields), map(fields))),
  await bad('truncated', 'A record ends in its last text.', map(fields).slice(0, -1)),
  await bad('array', 'A record is an array.', array([map(fields)]), ['block', 'key']),
  await bad('text', 'A record is text.', text('one'), ['block', 'key']),
  await bad('null', 'A record is null.', NULL, ['block', 'key']),
  await bad('link', 'A record is a link.', link(cid), ['block', 'key']),
];
