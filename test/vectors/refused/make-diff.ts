import { tidFrom } from '../../../src/protocol/index.ts';
import type { Cid } from '../../../src/protocol/index.ts';
import type { Block, RepoFault } from '../../../src/repo/index.ts';
import { k256 } from '../../support/house.ts';
import {
  blockOf, carOf, commitFields, nodeBlock, note, NOW, plan, recordBlock, recordFields, records, repositoryOf, revOf,
    signedBlock, signedCommit, small, smallBlocks,
} from '../../support/malformed.ts';
import type { EntryPlan } from '../../support/malformed.ts';
import { join, map, text, withField } from './raw-cbor.ts';
import { accepted, refused } from './vector.ts';
import type { DiffCase, FaultPlace } from './vector.ts';

const LAYER = ['block', 'key', 'layer'];
/** The small tree at rev 1. */
const before = await repositoryOf(small.top.cid, smallBlocks());
const fresh = recordBlock('fresh');
const entry = (rkey: string, right?: Cid): EntryPlan => ({ key: note(rkey), value: fresh.cid, right });

/** The difference to a commit at rev 2 whose top is the first of the blocks, unless it is another. */
async function carTo(blocks: readonly Block[], data = blocks[0]!.cid, rev = revOf(2)): Promise<Uint8Array> {
  const commit = await signedCommit(data, rev);
  return carOf(commit.cid, [commit, ...blocks]);
}

async function bad(
  name: string, code: RepoFault, why: string, blocks: readonly Block[], details: readonly string[], at: FaultPlace,
    from = before,
): Promise<DiffCase> {
  return refused<DiffCase>('diff', `diff-${name}`, code, why, details, at, { before: from, car: await carTo(blocks) });
}

async function valid(name: string, why: string, blocks: readonly Block[], data?: Cid): Promise<DiffCase> {
  return accepted<DiffCase>('diff', `valid-diff-${name}`, why, { before, car: await carTo(blocks, data) });
}

/** A difference whose commit is the fault. */
function commitCase(name: string, code: RepoFault, why: string, commit: Block, details: readonly string[]): DiffCase {
  const at = details.includes('block') ? { block: commit.cid } : {};
  return refused<DiffCase>('diff', `diff-${name}`, code, why, details, at,
    { before, car: carOf(commit.cid, [commit, ...added]) });
}

/** The top of the small tree with another last subtree. */
const withRight = (block: Block): Block =>
  nodeBlock([plan('ac', small.middle.cid), plan('dg', block.cid)], small.left.cid);
const leaf = nodeBlock([plan('dh'), entry('di')]);
const added = [withRight(leaf), leaf, fresh];
const wrongLayer = nodeBlock([plan('dh'), entry('fb')]);
const wrongPlace = nodeBlock([entry('bb'), plan('dh')]);
const empty = nodeBlock([]);
const dots = nodeBlock([{ key: note('..'), value: fresh.cid }]);
const trailing = blockOf(join(map(recordFields('one')), [0]));
const withTrailing = nodeBlock([plan('dh'), { key: note('di'), value: trailing.cid }]);
const crossed = nodeBlock([plan('ac', small.left.cid), plan('dg', small.right.cid)], small.middle.cid);
const repeated = nodeBlock([plan('ac', small.left.cid), plan('dg', small.left.cid)], small.left.cid);
// The old tree, of layers 2 to 0, hangs below a node of layer 1: its lowest nodes would lie on layer −2.
const bottom = nodeBlock([plan('aa')]);
const pointer = nodeBlock([], bottom.cid);
const oldTop = nodeBlock([entry('bc')], pointer.cid);
const threeLayers = await repositoryOf(oldTop.cid, [oldTop, pointer, bottom, records.aa, fresh]);
const overOldTop = nodeBlock([entry('dg')], oldTop.cid);
const overPointer = nodeBlock([entry('dg')], pointer.cid);
const afterLeaf = nodeBlock([entry('aa', small.left.cid)]);

/** What a difference can be wrong in, given the repository that it goes on from. */
export const diffCases: readonly DiffCase[] = [
  await valid('added', 'One record more.', added),
  await valid('whole', 'The whole repository instead of the difference.', [...added, ...smallBlocks()]),
  await valid('same-tree', 'Nothing but a new signature.', [], small.top.cid),
  await valid('emptied', 'No record any more.', [empty]),
  await valid('part', 'Nothing but records that were there, in a node that was there.', [], small.left.cid),

  commitCase('rev-equal', 'CommitRev', 'The rev is the one that the reader has.',
    await signedCommit(added[0]!.cid, revOf(1)), ['previous', 'rev']),
  commitCase('rev-less', 'CommitRev', 'The rev is less than the one that the reader has.',
    await signedCommit(added[0]!.cid, revOf(0)), ['previous', 'rev']),
  commitCase('rev-future', 'FutureRev', 'The rev lies six minutes ahead of the clock.',
    await signedCommit(added[0]!.cid, tidFrom((NOW + 360_000) * 1000, 5)), ['block', 'rev']),
  commitCase('did-other', 'CommitDid', 'The commit belongs to another account.',
    await signedBlock(withField(commitFields(added[0]!.cid, revOf(2)), 'did',
    text('did:plc:ewvi7nxzyoun6zhxrhs64oi2'))), ['block', 'did']),
  commitCase('sig-other-curve', 'CommitSignature', 'Another key signed.',
    await signedCommit(added[0]!.cid, revOf(2), k256), ['block']),
  refused<DiffCase>('diff', 'diff-truncated', 'CarTruncated', 'The CAR ends early.', ['offset'], {},
    { before, car: (await carTo(added)).slice(0, -1) }),
  refused<DiffCase>('diff', 'diff-top-missing', 'BlockMissing', 'The top is neither new nor old.', ['block'],
    { block: added[0]!.cid }, {
    before, car: await carTo(added.slice(1), added[0]!.cid),
  }),
  await bad('node-missing', 'BlockMissing', 'A node is neither new nor old.', [added[0]!, fresh], ['block'],
    { block: leaf.cid }),
  await bad('record-missing', 'BlockMissing', 'A record is neither new nor old.', [added[0]!, leaf], ['block', 'key'],
    { block: fresh.cid, key: note('di') }),
  await bad('record-form', 'RecordForm', 'A new record has a byte behind it.',
    [withRight(withTrailing), withTrailing, trailing],
    ['block', 'key', 'offset', 'reason'], { block: trailing.cid, key: note('di') }),
  await bad('key-parent', 'NodeKey', 'A new record key is two dots.', [dots, fresh], ['key'], { key: note('..') }),
  await bad('wrong-layer', 'NodeLayer', 'A key of layer 1 stands in a new leaf.',
    [withRight(wrongLayer), wrongLayer, fresh], LAYER, { block: wrongLayer.cid, key: note('fb') }),
  await bad('wrong-place', 'TreeOrder', 'A key stands in a new leaf in which it has no place.',
    [withRight(wrongPlace), wrongPlace, fresh], ['block', 'key'], { block: wrongPlace.cid, key: note('bb') }),
  await bad('empty-leaf', 'NodeEmpty', 'A new leaf is empty.', [withRight(empty), empty], ['block'],
    { block: empty.cid }),
  await bad('top-pointer', 'TreeTop', 'The new top is nothing but a pointer to an old node.',
    [nodeBlock([], small.left.cid)], ['block'], { block: nodeBlock([], small.left.cid).cid }),
  await bad('old-nodes-crossed', 'TreeOrder', 'Two old subtrees have changed places below a new top.', [crossed],
    ['key'], {}),
  await bad('old-node-repeated', 'TreeOrder', 'A new top leads to one old subtree three times.', [repeated], ['key'],
    {}),
  await bad('old-top-below', 'NodeLayer',
    'The old top, of layer 2, hangs below a new one of layer 1, so that the old tree passes layer 0.', [overOldTop],
    ['block'], {}, threeLayers),
  await bad('old-pointer-below', 'NodeLayer', 'An old node of layer 1 hangs below a new top of layer 1.', [overPointer],
    ['block'], {}, threeLayers),
  await bad('below-layer-0', 'NodeLayer', 'An old leaf hangs below a new leaf.', [afterLeaf], ['block'],
    { block: afterLeaf.cid }),
];
