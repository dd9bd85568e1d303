import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { decode, encode } from '@ipld/dag-cbor';
import { CID } from 'multiformats/cid';
import { sha256 } from 'multiformats/hashes/sha2';
import { carBytes } from '../../src/repo/index.ts';
import { curveOrder, formatDidKey } from '../../src/protocol/index.ts';
import type { CommitMessage } from '../../src/repo/index.ts';
import { breaches } from '../support/frame-checker.ts';
import { FIREHOSE_RULES } from '../support/firehose-rules.ts';
import type { StreamContext } from '../support/firehose-rules.ts';
import { DID, House, p256, post } from '../support/house.ts';

interface Draft {
  readonly t: string;
  readonly body: Record<string, unknown>;
}

const HOST = 'https://mirror.test';
const HANDLE = 'alice.test';
const PATH = 'app.bsky.feed.post/3jzfcijpj2z2a';
const context: StreamContext = {
  host: HOST,
  identityOf: (did) => (did === DID ? { keys: [formatDidKey(p256.publicKey)], handles: [HANDLE], hosts: [HOST] } : undefined),
};

/** What each rule is broken by, and the frames of a stream that nothing is wrong with. */
let stream: Draft[];
before(async () => {
  const house = await House.create();
  const first = house.history[0]!.message;
  await house.write([{ action: 'create', path: PATH, record: post('one') }, { action: 'create', path: `${PATH}b`, record: post('two') }]);
  await house.write([{ action: 'update', path: PATH, record: post('three') }]);
  await house.write([{ action: 'delete', path: PATH }]);
  const [, created, updated, deleted] = house.history.map(({ message }) => message);
  const signed = { did: DID, rev: first.rev, blocks: carBytes(first.commit, [house.history[0]!.result.newBlocks[0]!]) };
  stream = [
    account(true), identity(), { t: '#sync', body: signed },
    commit(created!), commit(updated!), commit(deleted!),
    account(false, 'deactivated'),
    account(true), identity(),
    { t: '#sync', body: { did: DID, rev: deleted!.rev, blocks: carBytes(deleted!.commit, [house.history[3]!.result.newBlocks[0]!]) } },
  ];
  await house.write([{ action: 'create', path: PATH, record: post('four') }]);
  stream.push(commit(house.history[4]!.message));
});

const account = (active: boolean, status?: string): Draft => ({ t: '#account', body: { did: DID, active, ...(status !== undefined && { status }) } });
const identity = (): Draft => ({ t: '#identity', body: { did: DID, handle: HANDLE } });

function commit(message: CommitMessage): Draft {
  const { repo, rev, since, ops, blocks, rebase, tooBig } = message;
  return {
    t: '#commit',
    body: {
      repo, rev, since, blocks, rebase, tooBig, blobs: [], commit: link(message.commit), prevData: link(message.prevData),
      ops: ops.map(({ action, path, cid, prev }) => ({ action, path, cid: cid && link(cid), ...(prev !== undefined && { prev: link(prev) }) })),
    },
  };
}

const link = (cid: { toString(): string }): CID => CID.parse(cid.toString());

function framesOf(drafts: readonly Draft[]): Uint8Array[] {
  return drafts.map(({ t, body }, index) => Buffer.concat([
    encode({ op: 1, t }), encode({ seq: (index + 1) * 10, time: new Date().toISOString(), ...body }),
  ]));
}

/** The stream with the body of one frame changed. */
function changed(index: number, change: Record<string, unknown>): Draft[] {
  return stream.map((draft, at) => (at === index ? { ...draft, body: { ...draft.body, ...change } } : draft));
}

/** The frame of a commit with another commit object in its CAR. */
function withCommit(index: number, change: (commit: Record<string, unknown>) => Record<string, unknown>): Promise<Draft[]> {
  return withBlocks(index, ([[, bytes] = ['', new Uint8Array()], ...others]) => [encode(change(decode(bytes))), ...others.map(([, block]) => block)]);
}

/** With other blocks; the first is the commit, under its new name. */
async function withBlocks(index: number, change: (blocks: [string, Uint8Array][]) => Uint8Array[]): Promise<Draft[]> {
  const { readEvent } = await import('../support/event-facts.ts');
  const facts = readEvent(framesOf(stream)[index]);
  const blocks = await Promise.all(change([...facts.car!.blocks]).map(async (bytes) => ({ cid: CID.createV1(0x71, await sha256.digest(bytes)), bytes })));
  const root = blocks[0]!.cid;
  return changed(index, { blocks: car([root], blocks), ...(facts.type === '#commit' && { commit: root }) });
}

function car(roots: CID[], blocks: { cid: CID; bytes: Uint8Array }[], version = 1): Uint8Array {
  const header = encode({ roots, version });
  return Buffer.concat([varint(header.length), header, ...blocks.flatMap(({ cid, bytes }) => [varint(cid.bytes.length + bytes.length), cid.bytes, bytes])]);
}

function varint(value: number): Uint8Array {
  return value < 128 ? Uint8Array.of(value) : Buffer.concat([Uint8Array.of((value % 128) | 128), varint(Math.floor(value / 128))]);
}

const ops = (index: number): Record<string, unknown>[] => stream[index]!.body['ops'] as Record<string, unknown>[];
const highS = (sig: Uint8Array): Uint8Array => {
  const s = BigInt(`0x${Buffer.from(sig.subarray(32)).toString('hex')}`);
  return Buffer.concat([sig.subarray(0, 32), Buffer.from((BigInt(`0x${Buffer.from(curveOrder('p256')).toString('hex')}`) - s).toString(16).padStart(64, '0'), 'hex')]);
};

/** For every rule, faults that it must find. */
const PLANTS: Readonly<Record<string, Readonly<Record<string, () => unknown[] | Promise<unknown[]>>>>> = {
  A2: {
    'a text message': () => ['{"op":1}'],
    'a third map': () => [Buffer.concat([framesOf(stream)[0]!, encode({})])],
    'too long': () => framesOf(changed(3, { blocks: new Uint8Array(5_000_001) })),
    'not canonical': () => [Buffer.concat([Buffer.from('a2617462236161ff', 'hex')])],
  },
  A3: {
    'the same seq again': () => framesOf(changed(4, { seq: 40 })),
    'a seq that goes back': () => framesOf(changed(4, { seq: 5 })),
    'no number': () => framesOf(changed(0, { seq: 0 })),
  },
  A4: { 'an unknown type': () => framesOf(stream.map((draft, index) => (index === 3 ? { ...draft, t: '#tombstone' } : draft))) },
  A6: {
    'an unknown account': () => framesOf(changed(1, { did: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' })),
    'upper case': () => framesOf(changed(1, { did: DID.toUpperCase() })),
  },
  A7: {
    'a commit while inactive': () => framesOf([...stream.slice(0, 7), stream.at(-1)!]),
    'a commit before anything': () => framesOf(stream.slice(3)),
    'active again without #identity': () => framesOf(stream.filter((_draft, index) => index !== 8)),
  },
  A8: {
    'a rev that goes back': () => framesOf([...stream.slice(0, 5), stream[3]!]),
    'a rev in the future': () => framesOf(changed(3, { time: '2020-01-01T00:00:00Z' })),
    'no TID': () => framesOf(changed(3, { rev: 'zzz' })),
  },
  A9: {
    'too many bytes': async () => framesOf(await withBlocks(3, (blocks) => [...blocks.map(([, bytes]) => bytes), encode(new Uint8Array(2_000_000))])),
    'a record that is too long': async () => {
      const record = encode({ $type: 'a', text: 'x'.repeat(1_000_000) });
      const cid = CID.createV1(0x71, await sha256.digest(record));
      const [draft] = (await withBlocks(3, (blocks) => [...blocks.map(([, bytes]) => bytes), record])).slice(3, 4);
      return framesOf(changed(3, { ...draft!.body, ops: [{ ...ops(3)[0], cid }] }));
    },
    'too many operations': () => framesOf(changed(3, { ops: Array.from({ length: 201 }, () => ops(3)[0]) })),
  },
  A10: {
    'two roots': async () => framesOf(changed(3, { blocks: car([stream[3]!.body['commit'], stream[3]!.body['commit']] as CID[], []) })),
    'another commit': () => framesOf(changed(3, { commit: stream[4]!.body['commit'] })),
  },
  A11: {
    'no prev': async () => framesOf(await withCommit(3, ({ prev: _prev, ...rest }) => rest)),
    'one field more': async () => framesOf(await withCommit(3, (fields) => ({ ...fields, extra: 1 }))),
    'version 2': async () => framesOf(await withCommit(3, (fields) => ({ ...fields, version: 2 }))),
  },
  A12: {
    'a high S': async () => framesOf(await withCommit(3, (fields) => ({ ...fields, sig: highS(fields['sig'] as Uint8Array) }))),
    'another signature': async () => framesOf(await withCommit(3, (fields) => ({ ...fields, sig: new Uint8Array(64).fill(1) }))),
    'of #sync too': async () => framesOf(await withCommit(2, (fields) => ({ ...fields, sig: new Uint8Array(64).fill(1) }))),
  },
  A13: {
    'another rev': () => framesOf(changed(3, { rev: stream[4]!.body['rev'] })),
    'a #sync with more than the commit': () => framesOf(changed(2, { blocks: stream[3]!.body['blocks'], rev: stream[3]!.body['rev'] })),
  },
  A14: {
    tooBig: () => framesOf(changed(3, { tooBig: true })),
    rebase: () => framesOf(changed(3, { rebase: true })),
    'no prevData': () => framesOf(changed(3, { prevData: null })),
    'a time that is none': () => framesOf(changed(3, { time: 'yesterday' })),
  },
  A15: {
    'a commit that was left out': () => framesOf(stream.filter((_draft, index) => index !== 4)),
    'another since': () => framesOf(changed(5, { since: stream[3]!.body['rev'] })),
    'another prevData': () => framesOf(changed(5, { prevData: stream[3]!.body['prevData'] })),
  },
  A16: {
    'an operation left out': () => framesOf(changed(3, { ops: ops(3).slice(1) })),
    'a create with prev': () => framesOf(changed(3, { ops: [{ ...ops(3)[0], prev: ops(3)[0]!['cid'] }, ops(3)[1]] })),
    'a path twice': () => framesOf(changed(3, { ops: [ops(3)[0], ops(3)[0]] })),
    'a proof left out': async () => framesOf(await withBlocks(5, (blocks) => blocks.slice(0, 1).map(([, bytes]) => bytes))),
  },
  A17: { 'a giant node': async () => framesOf(await withBlocks(3, (blocks) => [...blocks.map(([, bytes]) => bytes), encode({ e: Array.from({ length: 8_193 }, () => 0), l: null })])) },
  A18: {
    'inactive without a status': () => framesOf(changed(6, { status: undefined as unknown as string }).map(({ t, body }) => ({ t, body: Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) }))),
    'another handle': () => framesOf(changed(1, { handle: 'mallory.test' })),
  },
  A19: { 'a #sync that goes back': () => framesOf([...stream, stream[2]!]) },
  B1: {
    'no blobs': () => framesOf(stream.map(({ t, body: { blobs: _blobs, ...body } }) => ({ t, body }))),
    'an account that does not say': () => framesOf(changed(0, { active: 'yes' })),
  },
  B2: { 'three parts': () => framesOf(changed(3, { ops: [{ ...ops(3)[0], path: 'a/b/c' }] })) },
  B3: { 'a record left out': async () => framesOf(await withBlocks(4, (blocks) => blocks.slice(0, -1).filter(([, bytes]) => !('$type' in decode<object>(bytes))).map(([, bytes]) => bytes))) },
  B4: { 'a record without a $type': async () => framesOf(changed(3, {
    ops: [{ ...ops(3)[0], cid: stream[3]!.body['commit'] }],
  })) },
};

describe('the rules of a firehose', () => {
  it('find nothing wrong with a stream that is right', async () => {
    assert.deepEqual(await breaches(framesOf(stream), context), []);
  });

  it('are all planted against', () => {
    assert.deepEqual(Object.keys(PLANTS), FIREHOSE_RULES.map(({ id }) => id));
  });

  for (const [rule, plants] of Object.entries(PLANTS)) {
    for (const [name, plant] of Object.entries(plants)) {
      it(`${rule} finds ${name}`, async () => {
        const found = await breaches(await plant(), context);
        assert.ok(found.some((breach) => breach.rule === rule && !breach.fault.startsWith('it cannot be checked')), JSON.stringify(found));
      });
    }
  }
});
