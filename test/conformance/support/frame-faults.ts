import { cidOf, decodeCbor, decodeFrame, encodeCbor, encodeErrorFrame, encodeFrame } from '../../../src/protocol/index.ts';
import type { CborMap, CborValue } from '../../../src/protocol/index.ts';
import { readCar } from '../../../src/repo/index.ts';
import type { Block } from '../../../src/repo/index.ts';
import { streams } from './fault.ts';
import type { Fault } from './fault.ts';
import { blockOf, changed, flipped, rawCar } from './raw-car.ts';

type Type = '#commit' | '#sync' | '#identity' | '#account';
export interface Event {
  readonly type: string;
  readonly body: CborMap;
}

const STRANGER = blockOf({ $type: 'com.example.stranger' });
const TYPELESS = blockOf({ text: 'no type' });
const OTHER = cidOf(encodeCbor({ $type: 'com.example.other' }));
const OTHER_REV = '3jzfcijpj2z2a';
const ACCOUNT = `did:plc:${'b'.repeat(24)}`;

/** An event; an empty one for what is none. */
export function read(frame: Uint8Array): Event {
  const decoded = decodeFrame(frame);
  return decoded.kind === 'message' ? decoded : { type: '', body: {} };
}

const mapOf = ({ bytes }: Block): CborMap => decodeCbor(bytes) as CborMap;

/** None where it is no commit. */
export const opsOf = (body: CborMap): readonly CborMap[] => body['ops'] as readonly CborMap[] | undefined ?? [];
const carOf = (body: CborMap): Uint8Array => body['blocks'] as Uint8Array;

/** The event that faults are about: one in the middle, of which others follow. Of commits, the one that does one of each. */
export function isTarget({ type, body }: Event, wanted: Type): boolean {
  if (type !== wanted || (body['repo'] ?? body['did']) !== ACCOUNT) return false;
  return type !== '#commit' || opsOf(body).length === 3;
}

/** One event of the log is another, on every connection with a cursor: bytes, or what an event becomes. */
function event(name: string, found: string, type: Type, change: (event: Event, frame: Uint8Array) => Event | Uint8Array | string, also: readonly string[] = []): Fault {
  return streams(name, found, {
    frame: (frame, { cursor }) => {
      const told = read(frame);
      if (cursor === undefined || !isTarget(told, type)) return [frame];
      const becomes = change(told, frame);
      return [typeof becomes === 'string' || becomes instanceof Uint8Array ? becomes : encodeFrame(becomes.type, becomes.body)];
    },
  }, also);
}

/** A field of an event is another. */
function field(name: string, found: string, type: Type, change: (body: CborMap) => CborMap, also: readonly string[] = []): Fault {
  return event(name, found, type, (told) => ({ ...told, body: change(told.body) }), also);
}

/** One operation of a commit is another. */
function operation(name: string, found: string, action: string, change: (operation: CborMap) => CborMap): Fault {
  return field(name, found, '#commit', (body) => ({ ...body, ops: opsOf(body).map((each) => (each['action'] === action ? change(each) : each)) }));
}

/** The blocks of a commit are others. */
function carFault(name: string, found: string, change: (blocks: readonly Block[]) => readonly Block[]): Fault {
  return field(name, found, '#commit', (body) => ({ ...body, blocks: changed(carOf(body), change) }));
}

/** The commit object is another, and the event names it. */
function recommitted(name: string, found: string, change: (commit: CborMap) => CborMap, more: CborMap = {}): Fault {
  return field(name, found, '#commit', (body) => ({ ...withCommit(body, change), ...more }));
}

function withCommit(body: CborMap, change: (commit: CborMap) => CborMap): CborMap {
  const { root, blocks } = readCar(carOf(body));
  const commit = blockOf(change(mapOf(blocks.find(({ cid }) => cid.equals(root))!)));
  return { ...body, commit: commit.cid, blocks: rawCar([commit.cid], [commit, ...blocks.filter(({ cid }) => !cid.equals(root))]) };
}

/** The same commit, signed by nobody. */
export function unsigned(frame: Uint8Array): Uint8Array {
  const { type, body } = read(frame);
  return encodeFrame(type, withCommit(body, (commit) => ({ ...commit, sig: new Uint8Array(64).fill(1) })));
}

function without(body: CborMap, name: string): CborMap {
  return Object.fromEntries(Object.entries(body).filter(([each]) => each !== name));
}

/** Bytes of a header and a body, whatever they say. */
function raw(header: CborMap, body: Uint8Array): Uint8Array {
  return Buffer.concat([encodeCbor(header), body]);
}

const FORM: readonly Fault[] = [
  event('a frame is text', 'firehose.frames TextFrame', '#commit', () => 'hello'),
  event('a frame is too long', 'firehose.frames InvalidFrame', '#commit', ({ type, body }) => ({ type, body: { ...body, more: new Uint8Array(5_000_001) } })),
  event('a frame is cut off', 'firehose.body InvalidFrame', '#commit', (_told, frame) => frame.subarray(0, frame.length - 1)),
  event('a frame is empty', 'firehose.header InvalidFrame', '#identity', () => new Uint8Array(0)),
  event('something follows a body', 'firehose.body InvalidFrame', '#identity', (_told, frame) => Buffer.concat([frame, Uint8Array.of(0xf6)])),
  event('a body is not canonical', 'firehose.body InvalidFrame', '#identity', ({ type }) => raw({ op: 1, t: type }, Uint8Array.of(0xa1, 0x63, 0x73, 0x65, 0x71, 0x18, 0x01))),
  event('a body is no map', 'firehose.body InvalidFrame', '#identity', ({ type }) => raw({ op: 1, t: type }, encodeCbor([]))),
  event('a header has no op', 'firehose.header InvalidFrame', '#identity', ({ type, body }) => raw({ t: type }, encodeCbor(body))),
  event('a header has no type', 'firehose.header InvalidFrame', '#identity', ({ body }) => raw({ op: 1 }, encodeCbor(body))),
  event('a header has an op that there is not', 'firehose.header UnknownOp', '#identity', ({ type, body }) => raw({ op: 2, t: type }, encodeCbor(body))),
  event('a header is not canonical', 'firehose.header InvalidFrame', '#identity', ({ body }) => Buffer.concat([Uint8Array.of(0xa1, 0x62, 0x6f, 0x70, 0x18, 0x01), encodeCbor(body)])),
  event('there is no such event', 'firehose.header UnknownType', '#identity', ({ body }) => ({ type: '#handle', body })),
  event('an error comes in the middle', 'firehose.header StreamError', '#identity', () => encodeErrorFrame('ConsumerTooSlow')),
  event('a body names its type', 'firehose.lexicon Lexicon', '#identity', ({ type, body }) => ({ type, body: { ...body, $type: 'com.atproto.sync.subscribeRepos#identity' } })),
  event('an #info says something else', 'firehose.info UnknownInfo', '#identity', () => encodeFrame('#info', { name: 'Hello' })),
  event('an #info comes late', 'firehose.info LateInfo', '#identity', () => encodeFrame('#info', { name: 'OutdatedCursor' })),
];

const FIELDS: Readonly<Record<Type, readonly string[]>> = {
  '#commit': ['seq', 'rebase', 'tooBig', 'repo', 'commit', 'rev', 'since', 'blocks', 'ops', 'blobs', 'time'],
  '#sync': ['seq', 'did', 'blocks', 'rev', 'time'], '#identity': ['seq', 'did', 'time'], '#account': ['seq', 'did', 'time', 'active'],
};
/** No field is a map. */
const NOTHING: CborValue = { not: 'this' };

const EVERY_FIELD: readonly Fault[] = Object.entries(FIELDS).flatMap(([type, names]) => names.flatMap((name) => [
  field(`${name} of a ${type} is missing`, 'firehose.lexicon Lexicon', type as Type, (body) => without(body, name)),
  field(`${name} of a ${type} is something else`, 'firehose.lexicon Lexicon', type as Type, (body) => ({ ...body, [name]: NOTHING })),
]));

const COMMIT_FIELDS: readonly Fault[] = [
  field('prevData is missing', 'firehose.chain PrevDataMismatch', '#commit', (body) => without(body, 'prevData')),
  field('prevData is another tree', 'firehose.chain PrevDataMismatch', '#commit', (body) => ({ ...body, prevData: OTHER })),
  field('since is another rev', 'firehose.chain SinceMismatch', '#commit', (body) => ({ ...body, since: OTHER_REV })),
  field('since is nothing', 'firehose.chain SinceMismatch', '#commit', (body) => ({ ...body, since: null })),
  field('rev goes back', 'firehose.chain RevOrder', '#commit', (body) => ({ ...body, rev: OTHER_REV })),
  field('rev is not that of the commit', 'firehose.commit MessageMismatch', '#commit', (body) => ({ ...body, rev: `${String(body['rev']).slice(0, -1)}${String(body['rev']).endsWith('z') ? 'y' : 'z'}` })),
  field('seq is zero', 'firehose.seq SeqOrder', '#commit', (body) => ({ ...body, seq: 0 }), ['firehose.chain']),
  field('seq goes back', 'firehose.seq SeqOrder', '#commit', (body) => ({ ...body, seq: 1 }), ['firehose.chain']),
  field('time is yet to come', 'firehose.time FutureTime', '#commit', (body) => ({ ...body, time: '2999-01-01T00:00:00.000Z' })),
  field('time is no time', 'firehose.lexicon Lexicon', '#commit', (body) => ({ ...body, time: 'yesterday' })),
  field('repo is another account', 'firehose.chain SinceMismatch', '#commit', (body) => ({ ...body, repo: `did:plc:${'c'.repeat(24)}` }), []),
  field('repo is nobody', 'firehose.home UnknownDid', '#commit', (body) => ({ ...body, repo: `did:plc:${'z'.repeat(24)}` }), ['firehose.chain']),
  field('commit is another', 'firehose.commit MessageMismatch', '#commit', (body) => ({ ...body, commit: OTHER })),
  field('rebase is true', 'firehose.flags MessageForm', '#commit', (body) => ({ ...body, rebase: true })),
  field('tooBig is true', 'firehose.flags MessageForm', '#commit', (body) => ({ ...body, tooBig: true })),
  field('blobs has one that no record names', 'firehose.flags Stranger', '#commit', (body) => ({ ...body, blobs: [OTHER] })),
  field('blocks is empty', 'firehose.car CarTruncated', '#commit', (body) => ({ ...body, blocks: new Uint8Array(0) })),
];

const OPERATIONS: readonly Fault[] = [
  field('an operation is left out', 'firehose.inversion PrevDataMismatch', '#commit', (body) => ({ ...body, ops: opsOf(body).slice(1) })),
  field('there are no operations', 'firehose.inversion PrevDataMismatch', '#commit', (body) => ({ ...body, ops: [] })),
  field('an operation is told twice', 'firehose.operations DuplicatePath', '#commit', (body) => ({ ...body, ops: [...opsOf(body), opsOf(body)[0]!] })),
  field('there are more than 200 operations', 'firehose.lexicon Lexicon', '#commit', (body) => ({ ...body, ops: Array.from({ length: 201 }, (_, index) => ({ ...opsOf(body)[0]!, path: `app.holdfast.note/x${index}` })) })),
  operation('an operation has an action that there is not', 'firehose.operations OperationForm', 'create', (each) => ({ ...each, action: 'make' })),
  operation('a path has three parts', 'firehose.operations OperationForm', 'create', (each) => ({ ...each, path: 'a/b/c' })),
  operation('a path is another', 'firehose.inversion OperationMismatch', 'create', (each) => ({ ...each, path: 'app.holdfast.note/other' })),
  field('a record names no type', 'firehose.records RecordType', '#commit', (body) => ({
    ...body, blocks: changed(carOf(body), (blocks) => [...blocks, TYPELESS]), ops: opsOf(body).map((each) => (each['action'] === 'create' ? { ...each, cid: TYPELESS.cid } : each)),
  })),
  operation('a create has a value before', 'firehose.operations OperationForm', 'create', (each) => ({ ...each, prev: OTHER })),
  operation('a create has no record', 'firehose.operations OperationForm', 'create', (each) => ({ ...each, cid: null })),
  operation('a create has another record', 'firehose.car BlockMissing', 'create', (each) => ({ ...each, cid: OTHER })),
  operation('an update has no value before', 'firehose.operations OperationForm', 'update', (each) => without(each, 'prev')),
  operation('an update has another value before', 'firehose.inversion PrevDataMismatch', 'update', (each) => ({ ...each, prev: OTHER })),
  operation('a delete has a record', 'firehose.operations OperationForm', 'delete', (each) => ({ ...each, cid: OTHER })),
  operation('a delete has no value before', 'firehose.operations OperationForm', 'delete', (each) => without(each, 'prev')),
  operation('a delete has another value before', 'firehose.inversion PrevDataMismatch', 'delete', (each) => ({ ...each, prev: OTHER })),
];

const isRecord = (block: Block): boolean => Object.hasOwn(mapOf(block), '$type');
const isNode = (block: Block): boolean => Object.hasOwn(mapOf(block), 'e');
const isCommit = (block: Block): boolean => Object.hasOwn(mapOf(block), 'sig');
const nth = (blocks: readonly Block[], fits: (block: Block) => boolean, number: number): number => blocks.indexOf(blocks.filter(fits)[number]!);

const KINDS = [['the commit', isCommit, 0], ['the first node', isNode, 0], ['the first record', isRecord, 0], ['the second record', isRecord, 1]] as const;

const BLOCKS: readonly Fault[] = [
  ...KINDS.flatMap(([name, fits, number]) => [
    carFault(`${name} of a #commit is missing`, 'firehose.car BlockMissing', (blocks) => blocks.toSpliced(nth(blocks, fits, number), 1)),
    carFault(`${name} of a #commit has a bit wrong`, 'firehose.car BlockHash', (blocks) => blocks.toSpliced(nth(blocks, fits, number), 1, flipped(blocks[nth(blocks, fits, number)]!))),
  ]),
  carFault('a #commit holds a block that is no part of it', 'firehose.stowaways Stowaway', (blocks) => [...blocks, STRANGER]),
  field('the CAR of a #commit has two roots', 'firehose.car CarRoots', '#commit', (body) => ({ ...body, blocks: rawCar([readCar(carOf(body)).root, OTHER], readCar(carOf(body)).blocks) })),
  field('the CAR of a #commit has another root', 'firehose.commit MessageMismatch', '#commit', (body) => ({ ...body, blocks: rawCar([OTHER], readCar(carOf(body)).blocks) })),
  field('the CAR of a #commit is cut off', 'firehose.car CarTruncated', '#commit', (body) => ({ ...body, blocks: carOf(body).subarray(0, carOf(body).length - 2) })),
];

const COMMITS: readonly Fault[] = [
  recommitted('a commit is signed by nobody', 'firehose.signature CommitSignature', (commit) => ({ ...commit, sig: new Uint8Array(64).fill(1) })),
  recommitted('a commit has no signature', 'firehose.commit CommitForm', (commit) => without(commit, 'sig')),
  recommitted('a commit has another version', 'firehose.commit CommitForm', (commit) => ({ ...commit, version: 2 })),
  recommitted('a commit names the one before', 'firehose.commit CommitForm', (commit) => ({ ...commit, prev: OTHER })),
  recommitted('a commit has a field more', 'firehose.commit CommitForm', (commit) => ({ ...commit, more: 1 })),
  recommitted('a commit is of another account', 'firehose.commit MessageMismatch', (commit) => ({ ...commit, did: `did:plc:${'c'.repeat(24)}` })),
  recommitted('a commit has another rev', 'firehose.commit MessageMismatch', (commit) => ({ ...commit, rev: OTHER_REV })),
  recommitted('a commit is from the future', 'firehose.rev FutureRev', (commit) => ({ ...commit, rev: 'bzzzzzzzzzz2a' }), { rev: 'bzzzzzzzzzz2a' }),
  recommitted('a commit has another tree', 'firehose.signature CommitSignature', (commit) => ({ ...commit, data: OTHER })),
];

const OTHERS: readonly Fault[] = [
  field('a #sync has another rev', 'firehose.sync MessageMismatch', '#sync', (body) => ({ ...body, rev: OTHER_REV })),
  field('a #sync holds a block more', 'firehose.sync Stowaway', '#sync', (body) => ({ ...body, blocks: changed(carOf(body), (blocks) => [...blocks, STRANGER]) })),
  field('a #sync holds nothing', 'firehose.sync BlockMissing', '#sync', (body) => ({ ...body, blocks: changed(carOf(body), () => []) })),
  field('a #sync has a bit wrong', 'firehose.sync BlockHash', '#sync', (body) => ({ ...body, blocks: changed(carOf(body), (blocks) => blocks.map(flipped)) })),
  field('a #sync is of another account', 'firehose.sync CommitDid', '#sync', (body) => ({ ...body, did: `did:plc:${'c'.repeat(24)}` })),
  field('an #identity names another name', 'firehose.identity OtherHandle', '#identity', (body) => ({ ...body, handle: 'other.example' })),
  ...['deleted', 'deactivated', 'takendown', 'suspended'].map((status) => (
    field(`an #account is active, and ${status}`, 'firehose.account AccountStatus', '#account', (body) => ({ ...body, status }))
  )),
  field('an inactive account commits', 'firehose.states AccountInactive', '#account', (body) => ({ ...body, active: false, status: 'deactivated' })),
];

/** What can be wrong with one event. */
export const FRAME_FAULTS: readonly Fault[] = [...FORM, ...EVERY_FIELD, ...COMMIT_FIELDS, ...OPERATIONS, ...BLOCKS, ...COMMITS, ...OTHERS];
