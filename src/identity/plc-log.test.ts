import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secp256k1Keypair } from '@atproto/crypto';
import * as oracle from '@did-plc/lib';
import { encode } from '@ipld/dag-cbor';
import { base64url } from 'multiformats/bases/base64';
import { cidOf, datetimeFromMs, formatDidKey } from '../protocol/index.ts';
import type { Cid, Did, Signer } from '../protocol/index.ts';
import { seededK256Signer, seededP256Signer } from '../testing/index.ts';
import {
  genesisDid, operationCid, operationOf, plcDataOf, PlcError, RECOVERY_WINDOW, signOperation, verifyPlcLog,
} from './index.ts';
import type { AnyPlcOperation, PlcData, PlcFault } from './index.ts';

const seed = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const kit = await seededK256Signer(seed(1));
const house = await seededP256Signer(seed(2));
const last = await seededK256Signer(seed(3));
const stranger = await seededP256Signer(seed(4));
const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

const rotationKeys = [kit, house, last].map(({ publicKey }) => publicKey);
const dataNamed = (name: string): PlcData => ({
  ...plcDataOf({ signingKey: house.publicKey, pds: 'https://mirror.test' }, rotationKeys),
  alsoKnownAs: [`at://${name}.holdfast.test`],
});

interface Entry {
  did: unknown;
  operation: unknown;
  cid: unknown;
  nullified: unknown;
  createdAt: unknown;
}

/** Signs whatever it is given, as a directory that checks nothing would have it. */
async function signAnything<Fields extends object>(signer: Signer, fields: Fields): Promise<Fields & { sig: string }> {
  return { ...fields, sig: base64url.baseEncode(await signer.sign(encode(fields))) };
}

const update = (signer: Signer, name: string, prev: Cid): Promise<AnyPlcOperation> =>
  signOperation(signer, operationOf(dataNamed(name), prev));

const genesis = await signOperation(house, operationOf(dataNamed('genesis'), null));
const did = genesisDid(genesis);
const root = operationCid(genesis);

function entryOf(operation: AnyPlcOperation, minutes: number, nullified = false, of: Did = did): Entry {
  const createdAt = datetimeFromMs(START + minutes * MINUTE);
  return { did: of, operation, cid: operationCid(operation).toString(), nullified, createdAt };
}

/** Genesis, two operations of the house that the kit undoes, the kit's own, and one after it. */
async function recoveredLog(): Promise<Entry[]> {
  const foreign = await update(house, 'foreign', root);
  const more = await update(last, 'more', operationCid(foreign));
  const recovery = await update(kit, 'recovered', root);
  const after = await update(last, 'after', operationCid(recovery));
  return [entryOf(genesis, 0), entryOf(foreign, 1, true), entryOf(more, 2, true), entryOf(recovery, 3), entryOf(after, 4)];
}

test('follows a log through a recovery, and says who signed and what was undone', async () => {
  const log = await verifyPlcLog(did, JSON.parse(JSON.stringify(await recoveredLog())));
  assert.deepEqual(log.data, dataNamed('after'));
  assert.deepEqual(log.entries.map(({ signer }) => signer), [1, 1, 2, 0, 2]);
  assert.deepEqual(log.entries.map(({ nullified }) => nullified), [false, true, true, false, false]);
  assert.deepEqual(log.entries.map(({ createdAt }) => (createdAt - START) / MINUTE), [0, 1, 2, 3, 4]);
  assert.ok(log.head.equals(log.entries[4]!.cid));
});

test('@did-plc/lib takes our operations one by one, and undoes the same', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: START + 5 * MINUTE });
  const entries = await recoveredLog();
  let held: oracle.IndexedOperation[] = [];
  const undone: string[] = [];
  for (const { operation, cid, createdAt } of entries) {
    const proposed = structuredClone(operation) as oracle.OpOrTombstone;
    const { nullified } = await oracle.assureValidNextOp(did, held, proposed);
    const gone = nullified.map(String);
    undone.push(...gone);
    held = held.filter((op) => !gone.includes(op.cid.toString()));
    const known = (await oracle.getLastOpWithCid([proposed])).cid;
    assert.equal(known.toString(), cid);
    held.push({ did, operation: proposed, cid: known, nullified: false, createdAt: new Date(createdAt as string) });
  }
  assert.deepEqual(undone, entries.filter(({ nullified }) => nullified === true).map(({ cid }) => cid));
  const theirs = await oracle.validateOperationLog(did, held.map(({ operation }) => operation));
  assert.deepEqual(theirs, { did, ...dataNamed('after') });
});

test('verifies a log that @did-plc/lib made, to its end', async () => {
  const pair = await Secp256k1Keypair.import(seed(1));
  const { op, did: theirs } = await oracle.createOp({
    signingKey: formatDidKey(house.publicKey), handle: 'a.test', pds: 'a.test', rotationKeys: [pair.did()], signer: pair,
  });
  const moved = await oracle.updatePdsOp(op, pair, 'https://b.test');
  const end = await oracle.tombstoneOp((await oracle.getLastOpWithCid([moved])).cid, pair);
  const entries = [op, moved, end].map((operation, at) => entryOf(operation, at, false, theirs as Did));
  const open = await verifyPlcLog(theirs as Did, entries.slice(0, 2));
  assert.deepEqual({ did: theirs, ...open.data }, await oracle.validateOperationLog(theirs, [op, moved]));
  assert.equal((await verifyPlcLog(theirs as Did, entries)).data, undefined);
});

test('reads the old form of a first operation as @did-plc/lib does', async () => {
  const pair = await Secp256k1Keypair.import(seed(1));
  const spellings = [['a.test', 'https://pds.test'], ['at://b.test', 'pds.test'], ['https://c.test', 'http://d.test']] as const;
  for (const [handle, service] of spellings) {
    const unsigned = {
      type: 'create' as const, signingKey: formatDidKey(house.publicKey), recoveryKey: pair.did(),
      handle, service, prev: null,
    };
    const create = await oracle.deprecatedSignCreate(unsigned, pair);
    const of = genesisDid(create);
    assert.equal(of, await oracle.didForCreateOp(create));
    const next = await update(house, 'next', operationCid(create));
    const { data } = await verifyPlcLog(of, [entryOf(create, 0, false, of)]);
    assert.deepEqual({ did: of, ...data }, await oracle.validateOperationLog(of, [create]));
    const both = await verifyPlcLog(of, [entryOf(create, 0, false, of), entryOf(next, 1, false, of)]);
    assert.deepEqual(both.entries.map(({ signer }) => signer), [0, 1]);
    await refused('LegacyPosition', 1, [entryOf(create, 0, false, of), entryOf(create, 1, false, of)], of);
  }
});

test('reads what old logs have: no rotation keys at the end, one twice, kinds of keys that sign nothing', async () => {
  const [a, b] = [kit, house].map(({ publicKey }) => formatDidKey(publicKey));
  const other = 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK';
  const twice = await signAnything(house, { ...operationOf(dataNamed('a'), null), rotationKeys: [a!, b!, other, b!] });
  const of = genesisDid(twice);
  const none = await signAnything(kit, { ...operationOf(dataNamed('b'), operationCid(twice)), rotationKeys: [] });
  const { data, entries } = await verifyPlcLog(of, [entryOf(twice, 0, false, of), entryOf(none, 0, false, of)]);
  assert.deepEqual(data?.rotationKeys, []);
  assert.deepEqual(entries.map(({ signer }) => signer), [1, 0]);
  const next = await update(kit, 'c', operationCid(none));
  await refused('OperationSignature', 2, [twice, none, next].map((operation, at) => entryOf(operation, at, false, of)), of);
});

test('a recovery has exactly 72 hours, from the first operation that it undoes', async () => {
  const foreign = await update(house, 'foreign', root);
  const later = await update(house, 'later', operationCid(foreign));
  const recovery = await update(kit, 'recovered', root);
  const log = (at: number): Entry[] => [
    entryOf(genesis, 0), entryOf(foreign, 1, true), entryOf(later, 60, true),
    { ...entryOf(recovery, 0), createdAt: datetimeFromMs(START + MINUTE + at) },
  ];
  assert.deepEqual((await verifyPlcLog(did, log(RECOVERY_WINDOW))).data, dataNamed('recovered'));
  await refused('RecoveryLate', 3, log(RECOVERY_WINDOW + 1));
});

test('an end can be undone, and nothing follows one that holds', async () => {
  const end = await signOperation(house, { type: 'plc_tombstone', prev: root.toString() });
  const undo = await update(kit, 'undone', root);
  const after = await update(kit, 'after', operationCid(end));
  const { data } = await verifyPlcLog(did, [entryOf(genesis, 0), entryOf(end, 1, true), entryOf(undo, 2)]);
  assert.deepEqual(data, dataNamed('undone'));
  await refused('AfterTombstone', 2, [entryOf(genesis, 0), entryOf(end, 1), entryOf(after, 2)]);
});

test('refuses each kind of wrong log with its one code, at its index', async () => {
  const good = await recoveredLog();
  const changed = (index: number, change: Partial<Entry>): Entry[] =>
    good.map((entry, at) => (at === index ? { ...entry, ...change } : entry));
  /** The log with another operation in place of one, under its right CID, and nothing after it. */
  const replaced = (index: number, operation: unknown, change: Partial<Entry> = {}): Entry[] =>
    [...good.slice(0, index), { ...good[index]!, operation, cid: cidOf(encode(operation)).toString(), ...change }];
  const recovery = good[3]!.operation as AnyPlcOperation;
  const signed = { ...(recovery as AnyPlcOperation & { sig: string }) };
  const withSig = (sig: string): Entry[] => replaced(3, { ...signed, sig });
  const otherDid = genesisDid(await signOperation(kit, operationOf(dataNamed('other'), null)));
  const cases: readonly (readonly [string, PlcFault, number | undefined, unknown])[] = [
    ['no list', 'LogForm', undefined, { 0: good[0] }],
    ['nothing', 'LogForm', undefined, []],
    ['an entry that is none', 'EntryForm', 1, [good[0], null]],
    ['an entry that is a list', 'EntryForm', 1, [good[0], [good[1]]]],
    ['a flag that is text', 'EntryForm', 2, changed(2, { nullified: 'true' })],
    ['no time', 'EntryForm', 2, changed(2, { createdAt: 1 })],
    ['a time that does not exist', 'EntryForm', 2, changed(2, { createdAt: '2026-02-30T00:00:00Z' })],
    ['another DID', 'EntryDid', 3, changed(3, { did: otherDid })],
    ['another CID', 'EntryCid', 3, changed(3, { cid: root.toString() })],
    ['no CID', 'EntryCid', 3, changed(3, { cid: undefined })],
    ['a time that goes back', 'EntryTime', 4, changed(4, { createdAt: datetimeFromMs(START) })],
    ['a recovery at the time of what it undoes', 'EntryTime', 3, changed(3, { createdAt: good[2]!.createdAt })],
    ['a flag that hides what was undone', 'EntryNullified', 2, changed(2, { nullified: false })],
    ['a flag that undoes', 'EntryNullified', 4, changed(4, { nullified: true })],
    ['a field too many', 'OperationForm', 3, replaced(3, { ...signed, more: 1 })],
    ['a field too few', 'OperationForm', 3, changed(3, { operation: { ...signed, sig: undefined } })],
    ['a lone surrogate', 'OperationForm', 3, changed(3, { operation: { ...signed, alsoKnownAs: ['at://\udc00'] } })],
    ['another type', 'OperationForm', 3, replaced(3, { ...signed, type: 'plc_other' })],
    ['eleven rotation keys', 'OperationForm', 3,
      replaced(3, { ...signed, rotationKeys: Array.from({ length: 11 }, () => formatDidKey(kit.publicKey)) })],
    ['7,501 bytes and more', 'OperationTooLarge', 3, replaced(3, { ...signed, alsoKnownAs: ['a'.repeat(7_500)] })],
    ['a genesis of another DID', 'GenesisDid', 0, replaced(0, await signOperation(kit, operationOf(dataNamed('x'), null)))],
    ['no genesis', 'GenesisForm', 0, good.slice(3)],
    ['an end first', 'GenesisForm', 0, replaced(0, await signOperation(kit, { type: 'plc_tombstone', prev: root.toString() }))],
    ['a second genesis', 'PrevUnknown', 1, [good[0], good[0]]],
    ['an operation left out', 'PrevUnknown', 1, [good[0], ...good.slice(2)]],
    ['one that follows what was undone', 'PrevUnknown', 4,
      replaced(4, await update(house, 'x', operationCid(good[2]!.operation as AnyPlcOperation)))],
    ['signed by a stranger', 'OperationSignature', 4, replaced(4, await update(stranger, 'x', operationCid(recovery)))],
    ['a changed operation', 'OperationSignature', 3, replaced(3, { ...signed, alsoKnownAs: [] })],
    ['padding', 'OperationSignature', 3, withSig(`${signed.sig}==`)],
    ['a line break', 'OperationSignature', 3, withSig(`${signed.sig}\n`)],
    ['spare bits', 'OperationSignature', 3, withSig(withSpareBit(signed.sig))],
    ['base64', 'OperationSignature', 3, withSig(`+${signed.sig.slice(1)}`)],
    ['no signature', 'OperationSignature', 3, withSig('')],
    ['a high s', 'OperationSignature', 3, withSig(withHighS(signed.sig))],
    ['undone by the key that signed', 'RecoveryKey', 3, replaced(3, await update(house, 'x', root))],
    ['undone by a key below', 'RecoveryKey', 3, replaced(3, await update(last, 'x', root))],
  ];
  await verifyPlcLog(did, good);
  for (const [name, code, index, log] of cases) await refused(code, index, log, did, name);
});

test('a log has bounds of count and bytes', async () => {
  const good = await recoveredLog();
  const size = (operation: unknown): number => encode(operation).length;
  const bytes = good.reduce((sum, { operation }) => sum + size(operation), 0);
  await verifyPlcLog(did, good, { operations: 5, bytes });
  await assert.rejects(verifyPlcLog(did, good, { operations: 4, bytes }), (error) => is(error, 'LogTooLarge', undefined));
  await assert.rejects(verifyPlcLog(did, good, { operations: 5, bytes: bytes - 1 }), (error) => is(error, 'LogTooLarge', 4));
});

test('an id that JSON may have and objects treat specially is hashed like any other', async () => {
  const key = formatDidKey(house.publicKey);
  const fields = JSON.parse(`{"__proto__":"${key}","constructor":"${key}"}`) as Record<string, string>;
  const operation = await signAnything(house, { ...operationOf(dataNamed('a'), null), verificationMethods: fields });
  const of = genesisDid(operation);
  const { data } = await verifyPlcLog(of, [entryOf(operation, 0, false, of)]);
  assert.deepEqual(Object.keys(data!.verificationMethods), ['__proto__', 'constructor']);
});

async function refused(code: PlcFault, index: number | undefined, log: unknown, of: Did = did, name?: string): Promise<void> {
  await assert.rejects(verifyPlcLog(of, log), (error) => is(error, code, index), name);
}

function is(error: unknown, code: PlcFault, index: number | undefined): true {
  assert.ok(error instanceof PlcError, String(error));
  assert.deepEqual({ code: error.code, index: error.details['index'] }, { code, index });
  return true;
}

/** The last of 86 characters says two bits; this one says one more. */
function withSpareBit(sig: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return sig.slice(0, -1) + alphabet[alphabet.indexOf(sig.at(-1)!) + 1]!;
}

/** The other signature of K-256 for the same message: s is n − s. */
function withHighS(sig: string): string {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const bytes = base64url.baseDecode(sig);
  const s = order - BigInt(`0x${Buffer.from(bytes.subarray(32)).toString('hex')}`);
  return base64url.baseEncode(Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]));
}
