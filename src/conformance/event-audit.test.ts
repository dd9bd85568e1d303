import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeFrame, parseDid, TidClock } from '../protocol/index.ts';
import type { CborMap, Did, Signer } from '../protocol/index.ts';
import { carBytes, commitMessage, Repository } from '../repo/index.ts';
import type { CommitResult } from '../repo/index.ts';
import { seededP256Signer } from '../testing/index.ts';
import type { Accounts } from './accounts.ts';
import { EventAudit } from './event-audit.ts';

const HOST = 'https://host.example';
const PLC = parseDid(`did:plc:${'b'.repeat(24)}`);
const WEB = parseDid('did:web:alice.example');
const [before, now] = [await seededP256Signer(new Uint8Array(32).fill(1)), await seededP256Signer(new Uint8Array(32).fill(2))];
const time = new Date().toISOString();
/** Every one of these gives the same rev first. */
const clock = (): TidClock => new TidClock({ clockId: 0, now: () => Date.UTC(2026, 0, 1) });

function repository(did: Did, text: string, signer: Signer): Promise<CommitResult> {
  return Repository.create({ read: async (cids) => cids.map(() => undefined) }, did, { signer, clock: clock() }, [
    { action: 'create', path: 'app.holdfast.note/a', record: { $type: 'app.holdfast.note', text } },
  ]);
}

async function commitOf(did: Did, signer: Signer = before): Promise<Uint8Array> {
  return encodeFrame('#commit', { ...commitMessage(await repository(did, 'one', signer), new Date()), seq: 1 } as unknown as CborMap);
}

async function syncOf(text: string): Promise<Uint8Array> {
  const { commit } = await repository(PLC, text, before);
  return encodeFrame('#sync', { seq: 2, did: PLC, rev: commit.rev, time, blocks: carBytes(commit.cid, [commit]) });
}

/** What is found in events, where the documents of accounts say this today, and nothing else ever. */
async function found(account: Awaited<ReturnType<Accounts['of']>>, ...frames: readonly Uint8Array[]): Promise<string | undefined> {
  const audit = new EventAudit({ of: async () => account, pastOf: async () => ({ keys: [], handles: [], hosts: [] }) } as unknown as Accounts, HOST);
  for (const frame of frames) await audit.take(frame);
  return audit.firstFinding?.code;
}

describe('a #sync with the rev that was told before', () => {
  const account = { pds: HOST, signingKey: before.publicKey };
  it('is the same commit', async () => assert.equal(await found(account, await commitOf(PLC), await syncOf('one')), undefined));
  it('is not another one', async () => assert.equal(await found(account, await commitOf(PLC), await syncOf('two')), 'OtherCommit'));
});

describe('an event of an account of which the document has another by now:', () => {
  for (const [name, account, frame, code] of [
    ['key', { pds: HOST, signingKey: now.publicKey }, (did) => commitOf(did), 'CommitSignature'],
    ['name', { pds: HOST, handle: 'new.example' }, (did) => encodeFrame('#identity', { seq: 1, time, did, handle: 'old.example' }), 'OtherHandle'],
    ['host', { pds: 'https://elsewhere.example' }, (did) => encodeFrame('#identity', { seq: 1, time, did }), 'WrongHost'],
    ['account, as it is gone', undefined, (did) => encodeFrame('#account', { seq: 1, time, did, active: false, status: 'deleted' }), 'UnknownDid'],
  ] as readonly (readonly [string, object | undefined, (did: Did) => Uint8Array | Promise<Uint8Array>, string])[]) {
    const known = account as Awaited<ReturnType<Accounts['of']>>;
    it(`of its ${name} is wrong where there is a log, which does not have it`, async () => assert.equal(await found(known, await frame(PLC)), code));
    it(`of its ${name} may have been right where there is no log`, async () => assert.equal(await found(known, await frame(WEB)), undefined));
  }

  it('is looked at where the document still bears it out', async () => (
    assert.equal(await found({ pds: HOST, signingKey: now.publicKey }, await commitOf(WEB, now), await commitOf(WEB, now)), 'SeqOrder')
  ));
});
