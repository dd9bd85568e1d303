import { tidFrom } from '../../../src/protocol/index.ts';
import type { RepoFault } from '../../../src/repo/index.ts';
import { commitMessage, carBytes, readCar } from '../../../src/repo/index.ts';
import { k256 } from '../../support/house.ts';
import { carOf, note, NOW, recordBlock, revOf, signedCommit } from '../../support/malformed.ts';
import { badMessage, begin, change, create, right, state, withBlocks } from './message.ts';
import { accepted } from './vector.ts';
import type { CommitCase } from './vector.ts';

const { message, previous, result } = right;
const { blocks } = readCar(message.blocks);
const rest = blocks.filter(({ cid }) => !cid.equals(message.commit));

/** One field that is not what it should be; `undefined` leaves it out. */
function form(field: string, name: string, why: string, value: unknown): CommitCase {
  return badMessage(`message-${name}`, 'MessageForm', why, { ...message, [field]: value }, ['field'], { field });
}

function mismatch(field: string, name: string, why: string, changed: CommitCase['message'],
  before: typeof previous | null = previous): CommitCase {
  return badMessage(`message-${name}`, 'MessageMismatch', why, { ...message, ...changed }, ['field'], { field },
    before);
}

/** The message about another commit, over the same tree. */
async function signed(
  name: string, code: RepoFault, why: string, rev = message.rev, details: readonly string[], before = previous,
    signer?: typeof k256,
): Promise<CommitCase> {
  const commit = await signedCommit(result.commit.data, rev, signer);
  const at = details.includes('block') ? { block: commit.cid } : {};
  return badMessage(`message-${name}`, code, why,
    { ...message, rev, commit: commit.cid, blocks: carBytes(commit.cid, [commit, ...rest]) }, details, at, before);
}

function valid(name: string, why: string, changed: CommitCase['message'],
  before: typeof previous | null = previous): CommitCase {
  return accepted<CommitCase>('commit', `valid-message-${name}`, why,
    before === null ? { message: changed } : { message: changed, previous: before });
}

const first = await begin(['aa']);
const firstMessage = commitMessage(first.result, new Date(NOW));
const born = await begin([]);
const otherRecord = recordBlock('of nobody');
const nothing = await change(state, []);

/** What a `#commit` can be wrong in besides its operations: its fields, and what they say of the commit and of each other. */
export const messageCases: readonly CommitCase[] = [
  valid('three-operations', 'A create, an update and a delete, by a reader who knows the commit before.', message),
  valid('unknown-before', 'The same, by a reader who has not met the repository before.', message, null),
  valid('first', 'The first commit of a repository.', firstMessage, null),
  valid('born-empty', 'The first commit of a repository without records.', commitMessage(born.result, new Date(NOW)),
    null),
  valid('no-operations', 'A commit that renews nothing but the signature.', nothing.message),
  valid('extra-block', 'A block that nothing leads to is given to nobody.',
    withBlocks(right, () => false, [otherRecord])),

  form('repo', 'repo-missing', 'There is no repo.', undefined),
  form('repo', 'repo-handle', 'repo is a handle instead of a DID.', 'alice.example.com'),
  form('rev', 'rev-missing', 'There is no rev.', undefined),
  form('rev', 'rev-zzz', 'rev is no TID.', 'zzz'),
  form('since', 'since-missing', 'There is no since, which the first commit has as null.', undefined),
  form('since', 'since-number', 'since is a number.', 5),
  form('since', 'since-empty', 'since is empty.', ''),
  form('commit', 'commit-missing', 'There is no commit.', undefined),
  form('commit', 'commit-text', 'commit is the text of a CID.', message.commit.toString()),
  form('prevData', 'prev-data-missing', 'There is no prevData, as before sync v1.1.', undefined),
  form('prevData', 'prev-data-null', 'prevData is null.', null),
  form('ops', 'ops-missing', 'There are no ops.', undefined),
  form('ops', 'ops-map', 'ops is a map.', {}),
  form('blocks', 'blocks-null', 'blocks is null.', null),
  form('blocks', 'blocks-text', 'blocks is text.', Buffer.from(message.blocks).toString('base64')),
  form('blobs', 'blobs-missing', 'There are no blobs, which must be there though nobody needs them.', undefined),
  form('blobs', 'blobs-text', 'A blob is text.', [message.commit.toString()]),
  form('rebase', 'rebase-missing', 'There is no rebase, which must be there as false.', undefined),
  form('rebase', 'rebase-true', 'rebase is true.', true),
  form('tooBig', 'too-big-missing', 'There is no tooBig, which must be there as false.', undefined),
  form('tooBig', 'too-big-true', 'tooBig is true: the operations are not all there.', true),
  form('time', 'time-missing', 'There is no time.', undefined),
  form('time', 'time-zone', 'time has no zone.', '2026-01-02T00:00:00.000'),
  form('time', 'time-number', 'time is a number.', NOW),

  mismatch('commit', 'commit-other', 'The CAR has another root than commit says.', { commit: result.commit.data }),
  mismatch('repo', 'repo-other', 'The commit belongs to another account than repo says.',
    { repo: 'did:plc:ewvi7nxzyoun6zhxrhs64oi2' }),
  mismatch('rev', 'rev-other', 'The commit has another rev than the message.', { rev: revOf(1999) }),
  mismatch('since', 'since-other', 'since is not the rev of the commit before.', { since: revOf(1) }),
  mismatch('since', 'since-null', 'since is null though there was a commit before.', { since: null }),
  mismatch('since', 'since-equal', 'since is the rev of the commit itself.', { since: message.rev }, null),
  mismatch('since', 'since-later', 'since is later than the rev.', { since: revOf(5000) }, null),
  mismatch('prevData', 'prev-data-other', 'prevData is not the tree of the commit before.',
    { prevData: result.commit.data }),
  badMessage('message-prev-data-wrong', 'PrevDataMismatch',
    'prevData is not what undoing the operations gives, to a reader who knows nothing.',
    { ...message, prevData: result.commit.data }, ['prevData'], {}, null),
  await signed('rev-replayed', 'CommitRev', 'The commit has come before.', message.rev, ['previous', 'rev'],
    { ...previous, rev: message.rev }),
  await signed('rev-stale', 'CommitRev', 'A later commit has come before.', message.rev, ['previous', 'rev'],
    { ...previous, rev: revOf(9000) }),
  await signed('rev-future', 'FutureRev', 'The rev lies six minutes ahead of the clock.',
    tidFrom((NOW + 360_000) * 1000, 5), ['block', 'rev']),
  await signed('sig-other-curve', 'CommitSignature', 'Another key signed.', message.rev, ['block'], previous, k256),

  badMessage('message-blocks-empty', 'CarTruncated', 'blocks is empty.', { ...message, blocks: new Uint8Array(0) },
    ['offset'], { offset: 0 }),
  badMessage('message-blocks-truncated', 'CarTruncated', 'blocks end early.',
    { ...message, blocks: message.blocks.slice(0, -1) }, ['offset']),
  badMessage('message-commit-block-missing', 'BlockMissing', 'The commit is not among the blocks.',
    { ...message, blocks: carOf(message.commit, rest) }, ['block'], { block: message.commit }),
  badMessage('message-node-missing', 'BlockMissing', 'The top of the tree is not among the blocks.',
    withBlocks(right, ({ cid }) => cid.equals(result.commit.data)), ['block'], { block: result.commit.data }),
  badMessage('message-record-missing', 'BlockMissing', 'A record that was written is not among the blocks.',
    withBlocks(right, ({ cid }) => cid.equals(result.operations[0]!.cid!)), ['block', 'key'],
    { key: note('ae'), block: result.operations[0]!.cid! }),
  ...(await proofsMissing()),
];

/** A node that is not new, and without which the operations cannot be undone. */
async function proofsMissing(): Promise<CommitCase[]> {
  const deletion = await change(state, [{ action: 'delete', path: note('ac') }, create('gc')]);
  const fresh = new Set(deletion.result.newBlocks.map(({ cid }) => cid.toString()));
  const proof = deletion.result.proof.filter(({ cid }) => !fresh.has(cid.toString()));
  return proof.map(({ cid }, index) => badMessage(`message-proof-missing-${index + 1}`, 'BlockMissing',
    'A node that did not change, but is needed to undo the operations, is not among the blocks.',
    withBlocks(deletion, (block) => block.cid.equals(cid)), ['block'], { block: cid }, deletion.previous));
}
