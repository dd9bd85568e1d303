import { parseCid } from '../../../src/protocol/index.ts';
import type { Cid } from '../../../src/protocol/index.ts';
import type { Operation, RepoFault } from '../../../src/repo/index.ts';
import { note, recordBlock } from '../../support/malformed.ts';
import { badMessage, right, withBlocks } from './message.ts';
import type { CommitCase, FaultPlace } from './vector.ts';

const { message, result } = right;
const [creation, update, deletion] = result.operations as [Operation, Operation, Operation];
const other = recordBlock('of nobody');
const some = parseCid('bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm');

/** The message with other operations than it should have. */
function bad(name: string, code: RepoFault, why: string, ops: readonly unknown[], details: readonly string[],
  at: FaultPlace = {}): CommitCase {
  return badMessage(`operation-${name}`, code, why, { ...message, ops }, details, at);
}

/** The message whose first operation has no form; the path is named where it is text. */
function form(name: string, why: string, operation: unknown,
  details: readonly string[] = ['index', 'key']): CommitCase {
  return bad(name, 'OperationForm', why, [operation, update, deletion], details);
}

/** The message whose operations, each right in form, are not what was done. */
function untrue(name: string, code: 'OperationMismatch' | 'PrevDataMismatch', why: string, ops: readonly Operation[],
  path?: string): CommitCase {
  return path === undefined ? bad(name, code, why, ops, ['prevData'])
    : bad(name, code, why, ops, ['key'], { key: path });
}

const path = (rkey: string): string => note(rkey);
const created = (rkey: string, cid: Cid): Operation => ({ action: 'create', path: path(rkey), cid });

/** What operations can be wrong in: their form, and what they say of a tree that is right. */
export const operationCases: readonly CommitCase[] = [
  form('null', 'An operation is null.', null, ['index']),
  form('text', 'An operation is text.', 'create', ['index']),
  form('empty', 'An operation is an empty map.', {}, ['index']),
  form('no-action', 'An operation has no action.', { ...creation, action: undefined }),
  form('unknown-action', 'An operation is of an action that there is not.', { ...creation, action: 'rename' }),
  form('create-with-prev', 'A create has a prev.', { ...creation, prev: some }),
  form('create-prev-null', 'A create has prev: null instead of none.', { ...creation, prev: null }),
  form('create-without-cid', 'A create has no CID.', { ...creation, cid: null }),
  form('update-without-prev', 'An update has no prev, as before sync v1.1.', { ...update, prev: undefined }),
  form('update-without-cid', 'An update has no CID.', { ...update, cid: null }),
  form('delete-with-cid', 'A delete has a CID.', { ...deletion, cid: some }),
  form('delete-without-prev', 'A delete has no prev, as before sync v1.1.', { ...deletion, prev: undefined }),
  form('delete-no-cid', 'A delete has no field cid, which it has as null.', { ...deletion, cid: undefined }),
  form('cid-text', 'The CID of an operation is text.', { ...creation, cid: creation.cid!.toString() }),
  form('path-missing', 'An operation has no path.', { ...creation, path: undefined }, ['index']),
  form('path-map', 'The path is a map, whose text form is not callable.', { ...creation, path: { toString: 1 } },
    ['index']),
  form('path-no-slash', 'A path has no slash.', { ...creation, path: 'com.example.note' }),
  form('path-three-parts', 'A path has three parts.', { ...creation, path: path('ae/b') }),
  form('path-parent', 'A record key is two dots.', { ...creation, path: path('..') }),
  form('path-no-nsid', 'A collection has one part.', { ...creation, path: 'note/ae' }),
  form('path-slash-first', 'A path begins with a slash, as in an AT URI.', { ...creation, path: `/${path('ae')}` }),
  form('path-not-ascii', 'A path holds a letter outside ASCII.', { ...creation, path: path('é') }),

  bad('duplicate', 'DuplicatePath', 'An operation comes twice.', [creation, creation, update, deletion], ['key'],
    { key: path('ae') }),
  bad('duplicate-path', 'DuplicatePath', 'A record is deleted and created in one commit, which is an update.',
    [creation, update, deletion, { action: 'create', path: deletion.path, cid: creation.cid }], ['key'],
    { key: path('dh') }),
  untrue('left-out-create', 'PrevDataMismatch', 'The create is left out.', [update, deletion]),
  untrue('left-out-update', 'PrevDataMismatch', 'The update is left out.', [creation, deletion]),
  untrue('left-out-delete', 'PrevDataMismatch', 'The delete is left out.', [creation, update]),
  untrue('none', 'PrevDataMismatch', 'All operations are left out.', []),
  untrue('create-too-many', 'OperationMismatch', 'A record is said to be created that is not there.',
    [creation, update, deletion, created('af', creation.cid!)], path('af')),
  untrue('delete-too-many', 'PrevDataMismatch', 'A record is said to be deleted that never was.',
    [creation, update, deletion, { action: 'delete', path: path('af'), cid: null, prev: some }]),
  untrue('delete-of-present', 'OperationMismatch', 'A record is said to be deleted that is there.',
    [creation, update, deletion, { action: 'delete', path: path('ab'), cid: null, prev: some }], path('ab')),
  untrue('update-prev-wrong', 'PrevDataMismatch', 'The prev of the update is another record.',
    [creation, { ...update, prev: some } as Operation, deletion]),
  untrue('delete-prev-wrong', 'PrevDataMismatch', 'The prev of the delete is another record.',
    [creation, update, { ...deletion, prev: some } as Operation]),
  untrue('create-for-update', 'PrevDataMismatch', 'The update is said to be a create.',
    [creation, created('aa', update.cid!), deletion]),
  untrue('update-for-create', 'PrevDataMismatch', 'The create is said to be an update.',
    [{ ...creation, action: 'update', prev: some } as Operation, update, deletion]),
  untrue('cid-of-another', 'OperationMismatch', 'Two operations have each other’s records.',
    [{ ...creation, cid: update.cid! } as Operation, { ...update, cid: creation.cid! } as Operation, deletion],
    path('aa')),
  badMessage('operation-cid-not-in-tree', 'OperationMismatch',
    'A create has a record that is among the blocks, but not in the tree.',
    { ...withBlocks(right, () => false, [other]), ops: [{ ...creation, cid: other.cid }, update, deletion] }, ['key'],
    { key: path('ae') }),
  badMessage('operation-cid-missing', 'BlockMissing', 'A create has a record that is nowhere.',
    { ...message, ops: [{ ...creation, cid: other.cid }, update, deletion] }, ['block', 'key'],
    { key: path('ae'), block: other.cid }),
];
