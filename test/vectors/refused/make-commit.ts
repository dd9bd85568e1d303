import { normalizeLowS, tidFrom } from '../../../src/protocol/index.ts';
import type { Algorithm, Cid, Signer } from '../../../src/protocol/index.ts';
import type { Block, RepoFault } from '../../../src/repo/index.ts';
import { seededP256Signer } from '../../../src/testing/index.ts';
import { k256, p256 } from '../../support/house.ts';
import {
  blockOf, carOf, commitFields, nodeBlock, note, NOW, recordBlock, revOf, signedBlock, signedCommit,
} from '../../support/malformed.ts';
import { array, bytes, inOrder, join, link, map, NULL, text, uint, withField } from './raw-cbor.ts';
import type { Field, Item } from './raw-cbor.ts';
import { accepted, refused } from './vector.ts';
import type { RepositoryCase } from './vector.ts';

const record = recordBlock('one');
const top = nodeBlock([{ key: note('aa'), value: record.cid }]);
const fields = commitFields(top.cid);
const unsigned = map(fields);
const good = await p256.sign(unsigned);

function repository(commit: Block): Uint8Array {
  return carOf(commit.cid, [commit, top, record]);
}

function bad(
  name: string, code: RepoFault, why: string, commit: Block, details: readonly string[] = ['block'], key?: Algorithm,
): RepositoryCase {
  const rest = { car: repository(commit), ...(key === undefined ? {} : { key }) };
  return refused<RepositoryCase>('repository', `commit-${name}`, code, why, details, { block: commit.cid }, rest);
}

/** A commit with another form, signed over all its fields as they are. */
async function form(name: string, why: string, changed: readonly Field[],
  details?: readonly string[]): Promise<RepositoryCase> {
  return bad(name, 'CommitForm', why, await signedBlock(changed), details);
}

/** A commit whose other fields are right, with these bytes for a signature. */
function withSig(sig: Item): Block {
  return blockOf(map(inOrder([...fields, ['sig', sig]])));
}

function signature(name: string, why: string, sig: Uint8Array, key?: Algorithm): RepositoryCase {
  return bad(name, 'CommitSignature', why, withSig(bytes(sig)), ['block'], key);
}

async function rev(name: string, why: string, value: string): Promise<RepositoryCase> {
  return bad(name, 'CommitRev', why, await signedBlock(withField(fields, 'rev', text(value))));
}

async function valid(name: string, why: string, data: Cid, value = revOf(1),
  signer: Signer = p256): Promise<RepositoryCase> {
  return accepted<RepositoryCase>('repository', `valid-commit-${name}`, why, {
    car: repository(await signedCommit(data, value, signer)), key: signer.publicKey.algorithm,
  });
}

const ORDERS = {
  p256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  k256: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
} as const;

/** The other signature of the same message: s is n − s. */
function highS(algorithm: Algorithm, sig: Uint8Array): Uint8Array {
  const low = normalizeLowS(algorithm, sig);
  const s = ORDERS[algorithm] - BigInt(`0x${Buffer.from(low.subarray(32)).toString('hex')}`);
  return join(low.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex'));
}

/** r and s as ASN.1 has them. */
function der(sig: Uint8Array): Uint8Array {
  const integers = [sig.subarray(0, 32), sig.subarray(32)].map((value) => {
    const content = value[0]! >= 0x80 ? join([0], value) : value;
    return join([0x02, content.length], content);
  });
  const body = join(...integers);
  return join([0x30, body.length], body);
}

const other = await seededP256Signer(new Uint8Array(32).fill(8));
const extra = inOrder([...fields, ['more', NULL]]);
const sorted = inOrder([...fields, ['sig', bytes(good)]]);
const minutes = (count: number): Parameters<typeof signedCommit>[1] => tidFrom((NOW + count * 60_000) * 1000, 5);

/** What a commit can be wrong in: its form, whose it is, when it is from, who signed it. */
export const commitCases: readonly RepositoryCase[] = [
  await valid('p256', 'A commit signed with P-256.', top.cid),
  await valid('k256', 'A commit signed with K-256.', top.cid, revOf(1), k256),
  await valid('rev-ahead', 'A rev five minutes ahead of the clock, which is as far as it may be.', top.cid, minutes(5)),
  await form('version-2', 'A commit of version 2.', withField(fields, 'version', uint(2))),
  await form('version-4', 'A commit of version 4.', withField(fields, 'version', uint(4))),
  await form('version-text', 'The version is text.', withField(fields, 'version', text('3'))),
  await form('prev-cid', 'prev is a CID, as in version 2.', withField(fields, 'prev', link(record.cid))),
  await form('prev-missing', 'There is no prev, which version 3 has as null.', withField(fields, 'prev', null)),
  await form('extra-field', 'A commit has a seventh field, and it is signed.', extra),
  bad('extra-field-unsigned', 'CommitForm', 'A commit has a seventh field, and it is not signed.',
    blockOf(map(inOrder([...sorted, ['more', NULL]])))),
  bad('sig-missing', 'CommitForm', 'There is no signature.', blockOf(unsigned)),
  bad('sig-text', 'CommitForm', 'The signature is text.', withSig(text(Buffer.from(good).toString('hex')))),
  await form('data-missing', 'There is no tree.', withField(fields, 'data', null)),
  await form('data-null', 'The tree is null.', withField(fields, 'data', NULL)),
  await form('data-text', 'The tree is the text of a CID.', withField(fields, 'data', text(top.cid.toString()))),
  await form('data-raw', 'The tree is linked to under the codec raw.',
    withField(fields, 'data', link(blockOf(top.bytes, 'raw').cid))),
  await form('data-cid-v0', 'The tree is a CIDv0.', withField(fields, 'data', link(join([0x12, 0x20], top.cid.digest))),
    ['block', 'offset', 'reason']),
  bad('field-order', 'CommitForm', 'The fields of a commit are in the wrong order.', blockOf(map(sorted.toReversed())),
    ['block', 'offset', 'reason']),
  bad('trailing', 'CommitForm', 'A byte follows the commit.', blockOf(join(map(sorted), [0])),
    ['block', 'offset', 'reason']),
  bad('array', 'CommitForm', 'A commit is an array.', blockOf(array(sorted.map(([, value]) => value)))),
  bad('null', 'CommitForm', 'A commit is null.', blockOf(NULL)),
  bad('bytes', 'CommitForm', 'A commit is a byte string that holds one.', blockOf(bytes(map(sorted)))),

  bad('did-invalid', 'CommitDid', 'The account is no DID.',
    await signedBlock(withField(fields, 'did', text('alice.example.com')))),
  bad('did-number', 'CommitDid', 'The account is a number.', await signedBlock(withField(fields, 'did', uint(7)))),
  bad('did-other', 'CommitDid', 'The commit belongs to another account, and is signed with the key of this one.',
    await signedBlock(withField(fields, 'did', text('did:plc:ewvi7nxzyoun6zhxrhs64oi2'))), ['block', 'did']),
  await rev('rev-zzz', 'The rev is zzz.', 'zzz'),
  await rev('rev-long', 'The rev has 14 characters.', `${revOf(1)}2`),
  await rev('rev-charset', 'The rev holds a 0, which TIDs do not have.', `${revOf(1).slice(0, -1)}0`),
  await rev('rev-upper-case', 'The rev is in upper case.', revOf(1).toUpperCase()),
  await rev('rev-high', 'The rev begins with z, which is beyond what a TID can hold.', 'zzzzzzzzzzzzz'),
  bad('rev-number', 'CommitRev', 'The rev is a number.', await signedBlock(withField(fields, 'rev', uint(1)))),
  bad('rev-future', 'FutureRev', 'The rev lies six minutes ahead of the clock.',
    await signedCommit(top.cid, minutes(6)), ['block', 'rev']),
  bad('rev-far-future', 'FutureRev', 'The rev lies in the year 2255.',
    await signedCommit(top.cid, tidFrom(Number.MAX_SAFE_INTEGER, 0)), ['block', 'rev']),

  signature('sig-wrong', 'One bit of the signature was turned.', good.with(5, good[5]! ^ 1)),
  signature('sig-zero', 'The signature is 64 zero bytes.', new Uint8Array(64)),
  signature('sig-empty', 'The signature is empty.', new Uint8Array(0)),
  signature('sig-short', 'The signature has 63 bytes.', good.slice(0, 63)),
  signature('sig-long', 'A byte follows the signature.', join(good, [0])),
  signature('sig-der', 'The signature is right, in DER.', der(good)),
  signature('sig-high-s-p256', 'The signature is right, with the high s of its two (P-256).', highS('p256', good)),
  signature('sig-high-s-k256', 'The signature is right, with the high s of its two (K-256).',
    highS('k256', await k256.sign(unsigned)), 'k256'),
  signature('sig-other-key', 'Another key of the same curve signed.', await other.sign(unsigned)),
  signature('sig-other-curve', 'A K-256 key signed where the account has a P-256 key.', await k256.sign(unsigned)),
  signature('sig-other-commit', 'The signature is that of another commit.',
    await p256.sign(map(commitFields(top.cid, revOf(2))))),
  signature('sig-without-prev', 'The signature leaves out prev, as software that drops null fields makes it.',
    await p256.sign(map(withField(fields, 'prev', null)))),
];
