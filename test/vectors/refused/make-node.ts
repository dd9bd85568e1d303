import type { Cid } from '../../../src/protocol/index.ts';
import type { Block, RepoFault } from '../../../src/repo/index.ts';
import {
  blockOf, entriesOf, entryFields, nodeBlock, nodeBytes, note, plan, recordBlock, records, repositoryOf, small,
    smallBlocks,
} from '../../support/malformed.ts';
import { array, head, join, link, map, NULL, text, withField } from './raw-cbor.ts';
import type { Field, Item } from './raw-cbor.ts';
import { accepted, refused } from './vector.ts';
import type { RepositoryCase } from './vector.ts';

const AT = ['block', 'offset'];

/** The small tree with another node in front of all keys, where `aa` and `ab` were. */
async function leaf(name: string, code: RepoFault, why: string, node: Uint8Array | Block,
  more: readonly Block[] = []): Promise<RepositoryCase> {
  const left = node instanceof Uint8Array ? blockOf(node) : node;
  const top = nodeBlock([plan('ac', small.middle.cid), plan('dg', small.right.cid)], left.cid);
  const car = await repositoryOf(top.cid, [...smallBlocks({ top, left }), ...more]);
  return refused<RepositoryCase>('repository', `node-${name}`, code, why, AT, { block: left.cid }, { car });
}

/** A tree of one entry, whose key is not one. */
async function badKey(name: string, why: string, key: string | Uint8Array,
  details: readonly string[]): Promise<RepositoryCase> {
  const record = recordBlock('under a key that is none');
  const node = blockOf(nodeBytes([entryFields(key, 0, record.cid)]));
  const at = details.includes('offset') ? { block: node.cid } : { block: record.cid, key: String(key) };
  return refused<RepositoryCase>('repository', `key-${name}`, 'NodeKey', why, details, at,
    { car: await repositoryOf(node.cid, [node, record]) });
}

const [first, second] = entriesOf([plan('aa'), plan('ab')]) as [Field[], Field[]];
const form = (name: string, why: string, node: Uint8Array, more?: readonly Block[]): Promise<RepositoryCase> =>
  leaf(name, 'NodeForm', why, node, more);
/** The leaf with a field of its second entry replaced, or taken out. */
const changed = (field: string, value: Item | null): Uint8Array => nodeBytes([first, withField(second, field, value)]);
const entries = array([map(first), map(second)]);
const raw = blockOf(records.ab.bytes, 'raw');
const cidV0 = (cid: Cid): Uint8Array => join([0x12, 0x20], cid.digest);
const shared = note('a').length;

/** What one node can be wrong in by itself. */
export const nodeCases: readonly RepositoryCase[] = [
  accepted<RepositoryCase>('repository', 'valid-node', 'The small tree: two entries over three leaves.',
    { car: await repositoryOf(small.top.cid, smallBlocks()) }),
  await leaf('unsorted', 'NodeOrder', 'The keys of a node descend.', nodeBytes(entriesOf([plan('ab'), plan('aa')]))),
  await leaf('duplicate-key', 'NodeOrder', 'A key stands twice in a node, with two records.',
    nodeBytes(entriesOf([plan('aa'), { key: note('aa'), value: records.ab.cid }]))),
  await leaf('first-prefix', 'NodePrefix', 'The first key shares 50 bytes with a key before it that there is not.',
    nodeBytes([entryFields(note('aa'), 50, records.aa.cid), second])),
  await leaf('prefix-long', 'NodePrefix', 'A key shares 100 bytes with one that has 19.',
    nodeBytes([first, entryFields('b', 100, records.ab.cid)])),
  await leaf('prefix-none', 'NodePrefix', 'A key is written whole though it shares a beginning with the one before.',
    nodeBytes([first, entryFields(note('ab'), 0, records.ab.cid)])),
  await leaf('prefix-short', 'NodePrefix', 'A key shares one byte less than it could.',
    nodeBytes([first, entryFields('ab', shared - 1, records.ab.cid)])),

  await form('not-a-map', 'A node is an array.', array([entries, NULL])),
  await form('extra-field', 'A node has a third field.', map([['e', entries], ['l', NULL], ['x', NULL]])),
  await form('missing-left', 'A node has no field l.', map([['e', entries]])),
  await form('missing-entries', 'A node has no field e.', map([['l', NULL]])),
  await form('field-order', 'The fields of a node are in the wrong order.', map([['l', NULL], ['e', entries]])),
  await form('field-twice', 'A node has the field e twice.', map([['e', entries], ['e', entries]])),
  await form('entry-extra-field', 'An entry has a fifth field.', nodeBytes([first, [...second, ['x', NULL]]])),
  await form('entry-missing-tree', 'An entry has no field t.', changed('t', null)),
  await form('entry-missing-value', 'An entry has no field v.', changed('v', null)),
  await form('entry-field-order', 'The fields of an entry are in the wrong order.',
    nodeBytes([first, second.toReversed()])),
  await form('entry-not-a-map', 'An entry is an array.',
    map([['e', array([map(first), array(second.map(([, value]) => value))])], ['l', NULL]])),
  await form('count-not-minimal', 'The count of entries takes a byte more than it needs.',
    map([['e', join(head(4, 2, 1), map(first), map(second))], ['l', NULL]])),
  await form('count-indefinite', 'The array of entries has no count.',
    map([['e', join([0x9f], map(first), map(second), [0xff])], ['l', NULL]])),
  await form('count-large', 'A node claims more entries than it has bytes.',
    map([['e', join(head(4, 8192), map(first), map(second))], ['l', NULL]])),
  await form('prefix-not-minimal', 'The length of a prefix takes a byte more than it needs.',
    changed('p', head(0, shared, 1))),
  await form('prefix-negative', 'The length of a prefix is negative.', changed('p', head(1, 0))),
  await form('prefix-text', 'The length of a prefix is text.', changed('p', text('18'))),
  await form('key-length-not-minimal', 'The length of a key takes a byte more than it needs.',
    changed('k', join(head(2, 1, 1), text('b').slice(1)))),
  await form('key-text', 'A key is text instead of bytes.', changed('k', text('b'))),
  await form('key-truncated', 'A key claims more bytes than the node has.',
    nodeBytes([first, withField(second, 'k', join(head(2, 900), [0x62]))])),
  await form('trailing', 'A byte follows the node.', join(nodeBytes([first, second]), [0])),
  await form('truncated', 'A node ends before its last field.', nodeBytes([first, second]).slice(0, -1)),
  await form('value-raw', 'A record is linked to under the codec raw.', changed('v', link(raw.cid)), [raw]),
  await form('value-null', 'An entry leads to null.', changed('v', NULL)),
  await form('value-text', 'An entry leads to the text of a CID.', changed('v', text(records.ab.cid.toString()))),
  await form('value-cid-v0', 'A record is linked to by a CIDv0.', changed('v', link(cidV0(records.ab.cid)))),
  await form('value-no-prefix', 'A link lacks the zero byte before its CID.',
    changed('v', join([0xd8, 0x2a, 0x58, 0x24], records.ab.cid.bytes))),
  await form('tree-false', 'The subtree of an entry is false.', changed('t', Uint8Array.of(0xf4))),
  await leaf('record', 'NodeForm', 'A subtree is a record.', records.aa),
  await leafAs('raw', small.left.bytes),

  await badKey('parent', 'A record key is two dots.', note('..'), ['block', 'key']),
  await badKey('dot', 'A record key is a dot.', note('.'), ['block', 'key']),
  await badKey('no-nsid', 'A collection has one part.', 'note/aa', ['block', 'key']),
  await badKey('nsid-digit', 'The name of a collection begins with a digit.', 'com.example.1note/aa', ['block', 'key']),
  await badKey('rkey-513', 'A record key has 513 characters.', note('a'.repeat(513)), ['block', 'key']),
  await badKey('three-parts', 'A key has two slashes.', note('aa/bb'), ['block', 'key', 'offset']),
  await badKey('one-part', 'A key has no slash.', 'com.example.note', ['block', 'key', 'offset']),
  await badKey('no-rkey', 'A key ends with its slash.', note(''), ['block', 'key', 'offset']),
  await badKey('no-collection', 'A key begins with its slash.', '/aa', ['block', 'key', 'offset']),
  await badKey('empty', 'A key is empty.', '', ['block', 'key', 'offset']),
  await badKey('charset', 'A key holds a plus sign.', note('a+a'), ['block', 'key', 'offset']),
  await badKey('nul', 'A key holds a zero byte.', note('a\0'), ['block', 'key', 'offset']),
  await badKey('not-ascii', 'A key holds a letter outside ASCII.', note('é'), ['block', 'offset']),
  await badKey('not-utf-8', 'A key holds a byte that is no UTF-8.', join(new TextEncoder().encode(note('a')), [0xff]),
    ['block', 'offset']),
  await badKey('1025-bytes', 'A key has 1,025 bytes.', note('a'.repeat(1025 - note('').length)), ['block', 'offset']),
];

/** The small tree whose first subtree is linked to under the codec raw. */
async function leafAs(name: string, bytes: Uint8Array): Promise<RepositoryCase> {
  const left = blockOf(bytes, 'raw');
  const top = nodeBlock([plan('ac', small.middle.cid), plan('dg', small.right.cid)], left.cid);
  const car = await repositoryOf(top.cid, smallBlocks({ top, left }));
  return refused<RepositoryCase>('repository', `node-${name}`, 'NodeForm',
    'A subtree is linked to under the codec raw.', AT, { block: top.cid }, { car });
}
