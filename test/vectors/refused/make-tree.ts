import type { Cid } from '../../../src/protocol/index.ts';
import type { Block, RepoFault } from '../../../src/repo/index.ts';
import {
  nodeBlock, note, plan, recordBlock, records, repositoryOf, small, smallBlocks,
} from '../../support/malformed.ts';
import type { EntryPlan } from '../../support/malformed.ts';
import { accepted, refused } from './vector.ts';
import type { FaultPlace, RepositoryCase } from './vector.ts';

const LAYER = ['block', 'key', 'layer'];

async function tree(
  name: string, code: RepoFault, why: string, nodes: readonly Block[], details: readonly string[], at: FaultPlace,
): Promise<RepositoryCase> {
  return refused<RepositoryCase>('repository', `tree-${name}`, code, why, details, at,
    { car: await repositoryOf(nodes[0]!.cid, [...nodes, ...values]) });
}

async function valid(name: string, why: string, nodes: readonly Block[]): Promise<RepositoryCase> {
  return accepted<RepositoryCase>('repository', `valid-tree-${name}`, why,
    { car: await repositoryOf(nodes[0]!.cid, [...nodes, ...values]) });
}

const one = recordBlock('one');
const two = recordBlock('two');
const values = [one, two];
const empty = nodeBlock([]);
const entry = (rkey: string, right?: Cid): EntryPlan => ({ key: note(rkey), value: one.cid, right });
const leaf = nodeBlock([entry('aa')]);

/** `count` nodes that are nothing but pointers, the lowest of which leads to `bottom`; the uppermost first. */
function chain(count: number, bottom: Block): Block[] {
  const nodes = [bottom];
  for (let i = 0; i < count; i++) nodes.unshift(nodeBlock([], nodes[0]!.cid));
  return nodes;
}

/** A node with one key over what is in front of it. */
function over(rkey: string, below: readonly Block[]): Block[] {
  return [nodeBlock([entry(rkey)], below[0]?.cid), ...below];
}

const mixed = nodeBlock([entry('aa'), entry('ac')]);
const high = nodeBlock([entry('bc')]);
const underLeaf = nodeBlock([entry('aa', nodeBlock([entry('ab')]).cid)]);
const pointer = nodeBlock([], leaf.cid);

/** The small tree with `left` for the subtree in front, `middle` for the next. */
function smallWith(left: Block, middle: Block): Block[] {
  const top = nodeBlock([plan('ac', middle.cid), plan('dg', small.right.cid)], left.cid);
  return [top, left, middle, small.right, ...Object.values(records)];
}

const toTheRight = nodeBlock([plan('aa'), { key: note('ae'), value: records.ab.cid }]);
const toTheLeft = nodeBlock([{ key: note('ab'), value: records.ad.cid }, plan('ba')]);
const bound = nodeBlock([plan('aa'), { key: note('ac'), value: records.ab.cid }]);
const last = nodeBlock([entry('dh')]);
const walked = nodeBlock([plan('ac', small.left.cid), plan('dg', small.right.cid)], small.left.cid);

/** What the nodes of a tree can be wrong in together. */
export const treeCases: readonly RepositoryCase[] = [
  await valid('empty', 'A repository without records is one empty node.', [empty]),
  await valid('layer-2', 'A node with nothing but a pointer stands where a layer has no key.',
    over('bc', chain(1, leaf))),
  await valid('layer-8', 'A key of layer 8 over a leaf: seven nodes of pointers between.', over('nkm', chain(7, leaf))),
  accepted<RepositoryCase>('repository', 'valid-tree-same-record', 'Two keys lead to one record.', {
    car: await repositoryOf(nodeBlock([entry('aa'), entry('ab')]).cid, [nodeBlock([entry('aa'), entry('ab')]), one]),
  }),
  await tree('mixed-layers', 'NodeLayer', 'A key of layer 1 stands in a node of layer 0.', [mixed], LAYER,
    { block: mixed.cid, key: note('ac') }),
  await tree('layer-skipped', 'NodeLayer', 'A leaf hangs from layer 2, with no node on layer 1 between.',
    over('bc', [leaf]), LAYER, { block: leaf.cid, key: note('aa') }),
  await tree('layer-added', 'NodeLayer', 'A leaf hangs one layer too low, below a pointer that should not be.',
    over('ac', chain(1, leaf)), ['block'], { block: pointer.cid }),
  await tree('child-higher', 'NodeLayer', 'A subtree holds a key that belongs above its parent.', over('dg', [high]),
    LAYER, { block: high.cid, key: note('bc') }),
  await tree('below-layer-0', 'NodeLayer', 'A node of layer 0 has a subtree.', [underLeaf, nodeBlock([entry('ab')])],
    ['block'], { block: underLeaf.cid }),
  await tree('top-pointer', 'TreeTop', 'The top is nothing but a pointer.', chain(1, leaf), ['block'],
    { block: pointer.cid }),
  await tree('top-pointers', 'TreeTop', 'The top is a chain of 40 pointers.', chain(40, leaf), ['block'],
    { block: chain(40, leaf)[0]!.cid }),
  await tree('top-record', 'NodeForm', 'The commit leads to a record instead of a tree.', [one], ['block', 'offset'],
    { block: one.cid }),
  await tree('empty-leaf', 'NodeEmpty', 'A subtree is an empty node.', over('ac', [empty]), ['block'],
    { block: empty.cid }),
  await tree('empty-chain', 'NodeEmpty', 'A mined key of layer 8 lies over seven pointers that end in an empty node.',
    over('nkm', chain(7, empty)), ['block'], { block: empty.cid }),
  await tree('deep-chain', 'NodeLayer', 'A mined key of layer 8 lies over 40 pointers, which pass layer 0.',
    over('nkm', chain(40, leaf)), ['block'], { block: chain(33, leaf)[0]!.cid }),
  await tree('right-of-place', 'TreeOrder', 'A subtree holds a key that is greater than the one behind it.',
    smallWith(toTheRight, small.middle), ['block', 'key'], { key: note('ac') }),
  await tree('left-of-place', 'TreeOrder', 'A subtree holds a key that is less than the one in front of it.',
    smallWith(small.left, toTheLeft), ['block', 'key'], { key: note('ab') }),
  await tree('key-twice', 'NodeLayer', 'A key stands in a node and again in the subtree before it.',
    smallWith(bound, small.middle), LAYER, { block: bound.cid, key: note('ac') }),
  await tree('subtree-twice', 'TreeOrder', 'A node leads twice to one subtree.',
    [walked, small.left, small.right, ...Object.values(records)], ['block'], { block: small.left.cid }),
  await tree('record-is-node-before', 'RecordType', 'A record is the very node that the tree has in front of it.',
    [nodeBlock([{ key: note('ac'), value: leaf.cid }], leaf.cid), leaf],
    ['block', 'key'], { block: leaf.cid, key: note('ac') }),
  await tree('record-is-node-behind', 'RecordType', 'A record is the very node that the tree has behind it.',
    [nodeBlock([{ key: note('ac'), value: last.cid, right: last.cid }]), last],
    ['block', 'key'], { block: last.cid, key: note('ac') }),
  await tree('subtree-is-record', 'NodeForm', 'A subtree is the record of the key before it.',
    [nodeBlock([entry('ac', one.cid)])], ['block'], { block: one.cid }),
  refused<RepositoryCase>('repository', 'tree-node-missing', 'BlockMissing',
    'A node in the middle of the tree is not there.', ['block'], { block: small.middle.cid }, {
    car: await repositoryOf(small.top.cid, smallBlocks().filter(({ cid }) => !cid.equals(small.middle.cid))),
  }),
  refused<RepositoryCase>('repository', 'tree-record-missing', 'BlockMissing',
    'A record in the middle of the tree is not there.', ['block', 'key'], { block: records.ad.cid, key: note('ad') }, {
      car: await repositoryOf(small.top.cid, smallBlocks().filter(({ cid }) => !cid.equals(records.ad.cid))),
    }),
];
