import type { Cid } from '../../../src/protocol/index.ts';
import type { Block, RepoFault } from '../../../src/repo/index.ts';
import { k256 } from '../../support/house.ts';
import {
  blockOf, carOf, commitFields, nodeBlock, note, plan, recordBlock, recordFields, records, revOf, signedBlock,
    signedCommit, small,
} from '../../support/malformed.ts';
import type { EntryPlan } from '../../support/malformed.ts';
import { join, map, text, withField } from './raw-cbor.ts';
import { accepted, refused } from './vector.ts';
import type { FaultPlace, ProofCase } from './vector.ts';

/** The blocks of a proof, the first of which is the top, unless that is another. */
async function proof(blocks: readonly Block[], data = blocks[0]!.cid): Promise<Uint8Array> {
  const commit = await signedCommit(data, revOf(1));
  return carOf(commit.cid, [commit, ...blocks]);
}

async function valid(name: string, why: string, rkey: string, claim: Cid | null,
  blocks: readonly Block[]): Promise<ProofCase> {
  return accepted<ProofCase>('proof', `valid-proof-${name}`, why,
    { path: note(rkey), claim, car: await proof(blocks) });
}

async function bad(
  name: string, code: RepoFault, why: string, rkey: string, claim: Cid | null, blocks: readonly Block[],
  details: readonly string[], at: FaultPlace,
): Promise<ProofCase> {
  const car = await proof(blocks);
  return refused<ProofCase>('proof', `proof-${name}`, code, why, details, at, { path: note(rkey), claim, car });
}

/** A proof of `ad` whose commit is the fault. */
function commitCase(name: string, code: RepoFault, why: string, commit: Block, details: readonly string[]): ProofCase {
  const car = carOf(commit.cid, [commit, ...way]);
  return refused<ProofCase>('proof', `proof-${name}`, code, why, details, { block: commit.cid },
    { path: note('ad'), claim: records.ad.cid, car });
}

const way = [small.top, small.middle, records.ad];
const one = recordBlock('one');
const entry = (rkey: string, right?: Cid): EntryPlan => ({ key: note(rkey), value: one.cid, right });
const empty = nodeBlock([]);
const leaf = nodeBlock([entry('aa')]);
const pointer = nodeBlock([], leaf.cid);
const skipped = nodeBlock([entry('bc')], leaf.cid);
const mixed = nodeBlock([entry('aa'), entry('ac')]);
const under = nodeBlock([plan('ac', small.left.cid), plan('dg', small.right.cid)], small.left.cid);
const deepPointer = nodeBlock([], pointer.cid);
const overEmpty = nodeBlock([plan('ac', empty.cid)], small.left.cid);
const unsorted = nodeBlock([plan('ba'), plan('ad')]);
const trailing = blockOf(join(map(recordFields('one')), [0]));
const withTrailing = nodeBlock([{ key: note('aa'), value: trailing.cid }]);
const didOther = await signedBlock(withField(commitFields(small.top.cid), 'did',
  text('did:plc:ewvi7nxzyoun6zhxrhs64oi2')));

/** What a proof of one record, or of none, can be wrong in. */
export const proofCases: readonly ProofCase[] = [
  await valid('top', 'A record in the top.', 'ac', records.ac.cid, [small.top, records.ac]),
  await valid('leaf', 'A record in a leaf.', 'ad', records.ad.cid, way),
  await valid('absent-leaf', 'No record, by the leaf where it would be.', 'ae', null, [small.top, small.middle]),
  await valid('absent-end', 'No record, by a place where no subtree is.', 'bc', null, [nodeBlock([entry('ac')])]),
  await valid('absent-empty', 'No record, by the empty tree.', 'aa', null, [empty]),

  refused<ProofCase>('proof', 'proof-top-missing', 'BlockMissing', 'The top is not there.', ['block'],
    { block: small.top.cid }, {
    path: note('ad'), claim: records.ad.cid, car: await proof(way.slice(1), small.top.cid),
  }),
  await bad('node-missing', 'BlockMissing', 'The leaf is not there.', 'ad', records.ad.cid, [small.top, records.ad],
    ['block'], { block: small.middle.cid }),
  await bad('absent-node-missing', 'BlockMissing', 'No record is claimed, without the leaf where it would be.', 'ae',
    null, [small.top], ['block'], { block: small.middle.cid }),
  await bad('record-missing', 'BlockMissing', 'The record is not there.', 'ad', records.ad.cid,
    [small.top, small.middle], ['block', 'key'], { block: records.ad.cid, key: note('ad') }),
  await bad('record-form', 'RecordForm', 'The record has a byte behind it.', 'aa', trailing.cid,
    [withTrailing, trailing], ['block', 'key', 'offset', 'reason'], { block: trailing.cid, key: note('aa') }),
  await bad('layer-skipped', 'NodeLayer', 'The leaf hangs from layer 2, with no node on layer 1 between.', 'aa',
    one.cid, [skipped, leaf, one], ['block', 'key', 'layer'], { block: leaf.cid, key: note('aa') }),
  await bad('mixed-layers', 'NodeLayer', 'A key of layer 1 stands in the leaf on the way.', 'aa', one.cid, [mixed, one],
    ['block', 'key', 'layer'], { block: mixed.cid, key: note('ac') }),
  await bad('below-layer-0', 'NodeLayer', 'The way passes layer 0.', 'aa', one.cid,
    [nodeBlock([entry('bc')], deepPointer.cid), deepPointer, pointer, leaf, one], ['block'], { block: pointer.cid }),
  await bad('outside', 'TreeOrder', 'The way leads to a leaf whose keys have no place there: the record is hidden.',
    'ad', null, [under, small.left], ['block', 'key'], { block: small.left.cid, key: note('aa') }),
  await bad('top-pointer', 'TreeTop', 'The top is nothing but a pointer.', 'aa', one.cid, [pointer, leaf, one],
    ['block'], { block: pointer.cid }),
  await bad('empty-leaf', 'NodeEmpty', 'No record is claimed by an empty leaf.', 'ad', null, [overEmpty, empty],
    ['block'], { block: empty.cid }),
  await bad('unsorted', 'NodeOrder', 'The keys of the leaf descend, so that a search misses one.', 'ba', null,
    [nodeBlock([plan('ac', unsorted.cid)]), unsorted], ['block', 'offset'], { block: unsorted.cid }),
  commitCase('sig-other-curve', 'CommitSignature', 'Another key signed.',
    await signedCommit(small.top.cid, revOf(1), k256), ['block']),
  commitCase('did-other', 'CommitDid', 'The commit belongs to another account.', didOther, ['block', 'did']),
  refused<ProofCase>('proof', 'proof-commit-missing', 'BlockMissing', 'The commit is not there.', ['block'],
    { block: didOther.cid }, {
    path: note('ad'), claim: records.ad.cid, car: carOf(didOther.cid, way),
  }),
];
