import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { P256Keypair } from '@atproto/crypto';
import { Client, createUpdateOp, didForCreateOp, updatePdsOp } from '@did-plc/lib';
import type { Operation } from '@did-plc/lib';
import { dataOf, documentOf, genesisDid, operationCid, operationOf, plcDataOf, signOperation, verifyPlcLog } from '../identity/index.ts';
import { seededP256Signer } from '../testing/index.ts';
import { startDirectory } from './index.ts';
import type { StreetServer } from './index.ts';

const seed = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const recovery = await P256Keypair.import(seed(1), { exportable: true });
const house = await P256Keypair.import(seed(2));
const rotationKeys = [recovery.did(), house.did()];

const refused = (status: number, message: RegExp) => (error: Error & { status?: number; data?: { message?: string } }) => {
  assert.equal(error.status, status);
  assert.match(error.data?.message ?? '', message);
  return true;
};

describe('the local PLC directory', () => {
  let folder: string;
  let server: StreetServer;
  let client: Client;

  const start = async (): Promise<void> => {
    server = await startDirectory({ port: 0, file: join(folder, 'deeper', 'directory.sqlite') });
    client = new Client(server.url);
  };
  let accounts = 0;
  const create = (): Promise<string> => client.createDid({
    signingKey: house.did(), handle: `a${++accounts}.holdfast.test`, pds: 'http://localhost:2583', rotationKeys, signer: house,
  });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-directory-'));
    await start();
  });

  after(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  it('registers, changes and serves a DID to its own client', async () => {
    const did = await create();
    await client.updatePds(did, house, 'http://localhost:9999');
    const document = await client.getDocument(did);
    assert.equal(document.service[0]?.serviceEndpoint, 'http://localhost:9999');
    assert.deepEqual(document.alsoKnownAs, [`at://a${accounts}.holdfast.test`]);
    assert.equal((await client.getOperationLog(did)).length, 2);
    assert.deepEqual((await client.getAuditableLog(did)).map(({ nullified }) => nullified), [false, false]);
    await client.health();
  });

  it('takes the operations of this house, and serves what this house reads', async () => {
    const [first, second] = [await seededP256Signer(seed(3)), await seededP256Signer(seed(4))];
    // A house begins without a server and without a handle, offline.
    const genesis = await signOperation(second, operationOf(plcDataOf({ signingKey: second.publicKey }, [first.publicKey, second.publicKey]), null));
    const did = genesisDid(genesis);
    await client.sendOperation(did, genesis as Operation);
    const paired = { ...dataOf(genesis)!, services: { atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint: 'http://localhost:2583' } } };
    await client.sendOperation(did, await signOperation(second, operationOf(paired, operationCid(genesis))) as Operation);
    const log = verifyPlcLog(did, await client.getAuditableLog(did));
    assert.deepEqual((await log).data, paired);
    assert.deepEqual((await client.getDocument(did)).service, documentOf(paired, did).service);
  });

  it('keeps everything over a restart', async () => {
    const did = await create();
    await client.updateHandle(did, house, 'kept.holdfast.test');
    const audit = await client.getAuditableLog(did);
    await server.close();
    await start();
    assert.deepEqual(await client.getAuditableLog(did), audit);
    await client.updateHandle(did, house, 'on.holdfast.test');
    assert.deepEqual((await client.getDocument(did)).alsoKnownAs, ['at://on.holdfast.test']);
  });

  it('accepts one of two rivals', async () => {
    const did = await create();
    const last = await client.getLastOp(did);
    assert.equal(last.type, 'plc_operation');
    const rivals = await Promise.all([1, 2, 3, 4].map((port) => updatePdsOp(last as Operation, house, `http://localhost:${port}`)));
    const outcomes = await Promise.allSettled(rivals.map((rival) => client.sendOperation(did, rival)));
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') assert.ok([400, 409].includes(outcome.reason.status));
    assert.equal((await client.getAuditableLog(did)).length, 2);
  });

  it('lets a higher key take back what a lower one did, and not the other way round', async () => {
    const did = await create();
    const genesis = await client.getLastOp(did) as Operation;
    await client.updatePds(did, house, 'http://localhost:6666');
    const rival = await updatePdsOp(genesis, house, 'http://localhost:5555');
    await assert.rejects(client.sendOperation(did, rival), refused(400, /signature/i));
    const rescue = await createUpdateOp(genesis, recovery, (before) => ({ ...before, rotationKeys: [recovery.did()] }));
    await client.sendOperation(did, rescue);
    assert.deepEqual((await client.getAuditableLog(did)).map(({ nullified }) => nullified), [false, true, false]);
    assert.deepEqual((await client.getDocumentData(did)).rotationKeys, [recovery.did()]);
    await assert.rejects(client.updatePds(did, house, 'http://localhost:6666'), refused(400, /signature/i));
  });

  it('refuses a repeated genesis, a foreign genesis and what is no operation, and changes nothing', async () => {
    const did = await create();
    const genesis = await client.getLastOp(did) as Operation;
    const audit = await client.getAuditableLog(did);
    await assert.rejects(client.sendOperation(did, genesis), refused(400, /not correctly ordered/));
    const other = await didForCreateOp({ ...genesis, sig: 'x' });
    await assert.rejects(client.sendOperation(other, genesis), refused(400, /genesis/i));
    await assert.rejects(client.sendOperation(did, { type: 'nothing' } as never), refused(400, /Not a valid operation/));
    assert.deepEqual(await client.getAuditableLog(did), audit);
    await assert.rejects(client.getDocument(other), refused(404, /not registered/));
  });

  it('is over for a DID after its tombstone', async () => {
    const did = await create();
    await client.tombstone(did, house);
    await assert.rejects(client.getDocument(did), refused(404, /not available/));
  });

  it('exports all operations of all DIDs in their order', async () => {
    await create();
    // The client takes one line for JSON.
    const read = async (query: string): Promise<{ createdAt: string }[]> => {
      const text = await (await fetch(`${server.url}/export${query}`)).text();
      return text.split('\n').map((line) => JSON.parse(line) as { createdAt: string });
    };
    const all = await read('');
    const times = all.map(({ createdAt }) => createdAt);
    assert.deepEqual(times, [...new Set(times)].sort());
    assert.deepEqual(await read(`?after=${times.at(-2)}`), all.slice(-1));
  });

  it('answers browsers of any origin', async () => {
    const preflight = await fetch(`${server.url}/did:plc:x`, {
      method: 'OPTIONS', headers: { origin: 'http://localhost:8080', 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
    assert.equal(preflight.headers.get('access-control-allow-headers'), 'content-type');
    assert.equal((await fetch(`${server.url}/_health`)).headers.get('access-control-allow-origin'), '*');
  });
});
