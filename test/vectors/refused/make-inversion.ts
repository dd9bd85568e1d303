import type { Cid } from '../../../src/protocol/index.ts';
import type { Block, Operation, RepoFault } from '../../../src/repo/index.ts';
import { blockOf, entriesOf, nodeBlock, nodeBytes, note, recordBlock, recordFields } from '../../support/malformed.ts';
import type { EntryPlan } from '../../support/malformed.ts';
import { join, map, text } from './raw-cbor.ts';
import { badMessage, begin, told } from './message.ts';
import type { State } from './message.ts';
import { accepted } from './vector.ts';
import type { CommitCase, FaultPlace } from './vector.ts';

const fresh = recordBlock('fresh');
const LAYER = ['block', 'key', 'layer'];
const ORDER = ['block', 'key'];

/** What the repository holds, node by node as the engine made it: the record of each note. */
async function valuesOf({ repository }: State): Promise<(rkey: string, right?: Cid) => EntryPlan> {
  const values = new Map<string, Cid>();
  for await (const { key, value } of repository.tree.entries()) values.set(key, value);
  return (rkey, right) => ({ key: note(rkey), value: values.get(note(rkey)) ?? fresh.cid, right });
}

const creates = (rkey: string): Operation => ({ action: 'create', path: note(rkey), cid: fresh.cid });
const previousOf = ({ repository }: State): { rev: typeof repository.rev; data: Cid } => ({ rev: repository.rev,
  data: repository.tree.root });

/** A message that the owner signed, of one operation and these nodes, the first of which is the top. */
async function bad(
  name: string, code: RepoFault, why: string, before: State, operation: Operation, nodes: readonly Block[],
  details: readonly string[], at: FaultPlace, more: readonly Block[] = [fresh],
): Promise<CommitCase> {
  return badMessage(`tree-of-message-${name}`, code, why, await told(before, [operation], nodes, more), details, at,
    previousOf(before));
}

// `dg` on layer 1 with `aa ab ad ba` in front and `dh` behind: where `ac`, also of layer 1, must split what is in front.
const flat = await begin(['aa', 'ab', 'ad', 'ba', 'dg', 'dh']);
const of = await valuesOf(flat);
const front = nodeBlock([of('aa'), of('ab'), of('ad'), of('ba')]);
const behind = nodeBlock([of('dh')]);
const ac = creates('ac');
const before = nodeBlock([of('aa'), of('ab')]);
const between = nodeBlock([of('ad'), of('ba')]);
const split = nodeBlock([of('ac', between.cid), of('dg', behind.cid)], before.cid);
const tooFarLeft = nodeBlock([of('ac', front.cid), of('dg', behind.cid)]);
const tooFarRight = nodeBlock([of('ac'), of('dg', behind.cid)], front.cid);

// `ac dg` on layer 1, as in the small tree.
const tall = await begin(['aa', 'ab', 'ac', 'ad', 'ba', 'dg', 'dh']);
const has = await valuesOf(tall);
const left = nodeBlock([has('aa'), has('ab')]);
const middle = nodeBlock([has('ad'), has('ba')]);
const right = nodeBlock([has('dh')]);
const empty = nodeBlock([]);
const deletesLast: Operation = { action: 'delete', path: note('dh'), cid: null, prev: has('dh').value };
const deletesOf = (rkey: string): Operation => ({ action: 'delete', path: note(rkey), cid: null,
  prev: has(rkey).value });
const withRight = (block: Block): Block => nodeBlock([has('ac', middle.cid), has('dg', block.cid)], left.cid);
const wrongLayer = nodeBlock([has('dh'), has('fb')]);
const wrongSide = nodeBlock([has('aa'), has('ab'), has('ca')]);
const onlyBelow = await begin(['aa', 'bc']);
const low = await valuesOf(onlyBelow);
const lowLeaf = nodeBlock([low('aa')]);
const lowPointer = nodeBlock([], lowLeaf.cid);
const badRecord = blockOf(join(map(recordFields('one')), [0]));
const untyped = blockOf(map([['text', text('one')]]));
const shortPrefix = blockOf(nodeBytes(['dh', 'di'].map((rkey) => entriesOf([has(rkey)])[0]!)));

/** Trees that the owner signed though they are not right. Undoing the operations gives `prevData` with some of them. */
export const inversionCases: readonly CommitCase[] = [
  accepted<CommitCase>('commit', 'valid-tree-of-message', 'A key of layer 1 splits the subtree in its way.', {
    message: await told(flat, [ac], [split, before, between, behind], [fresh]), previous: previousOf(flat),
  }),
  await bad('unsplit-dark-left', 'BlockMissing',
    'A new key stands in front of a whole subtree that it should split, and which is not supplied. Undoing gives prevData.',
    flat, ac, [tooFarLeft, behind], ['block'], { block: front.cid }),
  await bad('unsplit-dark-right', 'BlockMissing',
    'A new key stands behind a whole subtree that it should split, and which is not supplied. Undoing gives prevData.',
    flat, ac, [tooFarRight, behind], ['block'], { block: front.cid }),
  await bad('unsplit-left', 'TreeOrder',
    'A new key stands in front of a whole subtree that it should split. Undoing gives prevData.',
    flat, ac, [tooFarLeft, front, behind], ORDER, { block: front.cid, key: note('aa') }),
  await bad('unsplit-right', 'TreeOrder',
    'A new key stands behind a whole subtree that it should split. Undoing gives prevData.',
    flat, ac, [tooFarRight, front, behind], ORDER, { block: front.cid, key: note('ba') }),
  await bad('wrong-layer', 'NodeLayer', 'A new key of layer 1 stands in a leaf.', tall, creates('fb'),
    [withRight(wrongLayer), wrongLayer], LAYER, { block: wrongLayer.cid, key: note('fb') }),
  await bad('wrong-subtree', 'TreeOrder', 'A new key stands in a subtree in which it has no place.', tall,
    creates('ca'), [nodeBlock([has('ac', middle.cid), has('dg', right.cid)], wrongSide.cid), wrongSide, middle], ORDER,
    { block: wrongSide.cid, key: note('ca') }),
  await bad('empty-leaf', 'NodeEmpty', 'The last key of a leaf was deleted, and the leaf left.', tall, deletesLast,
    [withRight(empty), empty], ['block'], { block: empty.cid }, []),
  await bad('empty-leaf-dark', 'BlockMissing', 'The same, without the empty node.', tall, deletesLast,
    [withRight(empty)], ['block'], { block: empty.cid }, []),
  await bad('top-pointer', 'TreeTop', 'The last key of the top was deleted, and the top left as a pointer.', onlyBelow,
    { action: 'delete', path: note('bc'), cid: null, prev: low('bc').value }, [lowPointer, lowLeaf], ['block'],
    { block: lowPointer.cid }, []),
  await bad('records-lost', 'PrevDataMismatch', 'A key was deleted, and the subtree behind it lost.', tall,
    deletesOf('ac'), [nodeBlock([has('dg', right.cid)], left.cid), left, right], ['prevData'], {}, []),
  await bad('unmerged', 'TreeOrder', 'A key was deleted, and the subtrees around it put in one another’s place.', tall,
    deletesOf('dg'), [nodeBlock([has('ac', left.cid)], middle.cid), left, middle, right], ORDER, {}, []),
  await bad('prefix', 'NodePrefix', 'A new key does not share what it could with the one before.', tall, creates('di'),
    [withRight(shortPrefix), shortPrefix], ['block', 'offset'], { block: shortPrefix.cid }),
  await bad('record-form', 'RecordForm', 'The record that was written has a byte behind it.', tall,
    { action: 'create', path: note('di'), cid: badRecord.cid },
    nodesWith(badRecord.cid), ['block', 'key', 'offset', 'reason'], { block: badRecord.cid, key: note('di') },
    [badRecord]),
  await bad('record-type', 'RecordType', 'The record that was written does not say what it is.', tall,
    { action: 'create', path: note('di'), cid: untyped.cid },
    nodesWith(untyped.cid), ['block', 'key'], { block: untyped.cid, key: note('di') }, [untyped]),
];

/** The small tree with `di` behind `dh`. */
function nodesWith(value: Cid): Block[] {
  const leaf = nodeBlock([has('dh'), { key: note('di'), value }]);
  return [withRight(leaf), leaf];
}
