import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeCbor, formatDidKey, parseDid, parseDidKey, verifySignature } from '../protocol/index.ts';
import type { Did } from '../protocol/index.ts';
import { genesisDid, readOperation, unsignedBytes } from '../identity/index.ts';
import { generatePassphrase, openKit, wipeKit } from '../keys/index.ts';
import { verifyRepository } from '../repo/index.ts';
import { assertRefused, PdsHouse } from '../../test/support/pds-house.ts';
import type { Answer } from '../../test/support/pds-house.ts';
import { StoreError } from './index.ts';
import type { HouseStore } from './index.ts';

const CREATE = 'app.holdfast.account.create';
const PROVE = 'app.holdfast.kit.prove';
const ID = 'request-1';

async function made(house: PdsHouse, passphrase: string = generatePassphrase(), more: object = {}, id = ID): Promise<{ did: Did; passphrase: string }> {
  const answer = await house.post(CREATE, { passphrase, ...more }, { id });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return { did: parseDid(String((answer.body['account'] as { did: string }).did)), passphrase };
}

function kitState({ body }: Answer): unknown {
  return (body['account'] as { kit: string }).kit;
}

test('an account is made: its DID is the hash of its genesis, its first commit verifies, and it can be written to', async () => {
  const house = new PdsHouse();
  const { did } = await made(house, undefined, { handle: 'Carol.example.com' });
  const account = (await house.store.account(did))!;
  const operation = readOperation(decodeCbor(account.genesis!));
  assert.ok(operation.type === 'plc_operation');
  assert.equal(genesisDid(operation), did);
  assert.deepEqual(operation.rotationKeys, account.rotationKeys);
  assert.equal(operation.rotationKeys.length, 2);
  assert.deepEqual(operation.verificationMethods, { atproto: account.signingKey });
  assert.deepEqual([operation.alsoKnownAs, operation.services], [['at://carol.example.com'], {}]);
  const signature = Buffer.from(operation.sig, 'base64url');
  assert.ok(await verifySignature(parseDidKey(operation.rotationKeys[1]!), unsignedBytes(operation), signature));
  assert.deepEqual(account.operations, [account.genesis]);

  const { commit, records } = await verifyRepository(await house.car(did), { key: parseDidKey(account.signingKey), did });
  assert.deepEqual([commit.cid.toString(), records], [account.head.cid.toString(), 0]);
  assert.equal((await house.create({ text: 'first' }, { repo: 'carol.example.com' })).status, 200);
  await verifyRepository(await house.car(did), { key: parseDidKey(account.signingKey), did });
});

test('the keys that are stored cannot be read', async () => {
  const house = new PdsHouse();
  const { did } = await made(house);
  const keys = (await house.store.keys(did))!;
  for (const { privateKey } of [keys.signing, keys.rotation]) {
    for (const form of ['pkcs8', 'jwk'] as const) await assert.rejects(crypto.subtle.exportKey(form, privateKey), { name: 'InvalidAccessError' });
  }
});

test('the kept kit holds the keys of the account, and the page beside it says so', async () => {
  const house = new PdsHouse();
  const { did, passphrase } = await made(house, undefined, { handle: 'carol.example.com' });
  const account = (await house.store.account(did))!;
  const { body } = await house.get('app.holdfast.kit.get', { did });
  const kit = await openKit(new TextEncoder().encode(String(body['armored'])), passphrase);
  wipeKit(kit);
  assert.deepEqual([kit.did, kit.handle, kit.rev], [did, 'carol.example.com', account.head.rev]);
  assert.deepEqual([formatDidKey(kit.recovery.publicKey), formatDidKey(kit.signing.publicKey)], [account.rotationKeys[0], account.signingKey]);
  assert.deepEqual(kit.genesis, account.genesis);
  const page = body['page'] as Record<string, string>;
  assert.deepEqual([page['did'], page['rev'], page['recoveryKey']], [did, account.head.rev, account.rotationKeys[0]]);
});

test('a repeated request makes no second account, and its row has neither the passphrase nor a hash of it', async () => {
  const house = new PdsHouse();
  const { did, passphrase } = await made(house);
  assert.equal((await made(house, passphrase)).did, did);
  const both = await Promise.all([made(house, passphrase, {}, 'request-2'), made(house, passphrase, {}, 'request-2')]);
  assert.equal(both[0].did, both[1].did);
  assert.equal((await house.store.accounts()).length, 2);
  const entry = (await house.store.journal({ caller: 'owner', request: ID }))!;
  assert.deepEqual(JSON.parse(entry.answer), { did });
  const other = (await house.store.journal({ caller: 'owner', request: 'request-2' }))!;
  await made(house, generatePassphrase(), {}, 'request-3');
  const third = (await house.store.journal({ caller: 'owner', request: 'request-3' }))!;
  assert.deepEqual([other.body, third.body], [entry.body, entry.body]);
});

test('a repeat with another wish is refused', async () => {
  const house = new PdsHouse();
  const { passphrase } = await made(house);
  assertRefused(await house.post(CREATE, { passphrase, handle: 'dan.example.com' }, { id: ID }), 400, 'InvalidRequest');
  assertRefused(await house.post(CREATE, { passphrase: generatePassphrase() }, { id: ID }), 400, 'KitPassphrase');
  assertRefused(await house.post(CREATE, { passphrase }), 400, 'InvalidRequest');
  assertRefused(await house.post(CREATE, { passphrase: 'correct horse battery' }, { id: 'request-9' }), 400, 'KitPassphrase');
  assert.equal((await house.store.accounts()).length, 1);
});

test('the steps are told in their order, with the request that they belong to', async () => {
  const house = new PdsHouse();
  const reader = house.feed.open('1').body!.pipeThrough(new TextDecoderStream()).getReader();
  await made(house);
  house.feed.end();
  let text = '';
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) text += chunk.value;
  const lines = text.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  const told = lines.filter(({ type }) => type === 'step').map(({ request, step, state }) => `${request} ${step} ${state}`);
  const steps = ['keys', 'genesis', 'repository', 'commit', 'kit', 'store'];
  assert.deepEqual(told, steps.flatMap((step) => [`${ID} ${step} running`, `${ID} ${step} done`]));
  assert.deepEqual(lines.at(-2), { type: 'accounts' });
});

test('a store without room leaves no account behind', async () => {
  const house = new PdsHouse({}, (store) => new Proxy(store, {
    get(target, name: keyof HouseStore) {
      if (name === 'create') return async () => Promise.reject(new StoreError('StorageFull', 'planted'));
      const value = target[name];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  }));
  assertRefused(await house.post(CREATE, { passphrase: generatePassphrase() }, { id: ID }), 507, 'StorageFull');
  assert.deepEqual(await house.store.accounts(), []);
});

test('the kit is proven by its passphrase as people write it, and is then no longer kept', async () => {
  const house = new PdsHouse();
  const { did, passphrase } = await made(house);
  assertRefused(await house.post(PROVE, { did, passphrase: generatePassphrase() }), 400, 'KitPassphrase');
  assertRefused(await house.post(PROVE, { did, passphrase: `${passphrase}0` }), 400, 'KitPassphrase');
  assert.ok((await house.store.account(did))!.kit);
  assert.equal(kitState(await house.post(PROVE, { did, passphrase: passphrase.toLowerCase().replaceAll('-', ' ') })), 'proven');
  assert.equal((await house.store.account(did))!.kit, undefined);
  assertRefused(await house.get('app.holdfast.kit.get', { did }), 400, 'KitNotKept');
  assertRefused(await house.post(PROVE, { did, passphrase }), 400, 'KitNotKept');
});

test('the kit is proven by the owner’s own copy, and by no other', async () => {
  const house = new PdsHouse();
  const [mine, other] = [await made(house), await made(house, undefined, {}, 'request-2')];
  const armored = async ({ did }: { did: Did }): Promise<string> => String((await house.get('app.holdfast.kit.get', { did })).body['armored']);
  const [copy, foreign] = [await armored(mine), await armored(other)];
  assertRefused(await house.post(PROVE, { did: mine.did, passphrase: other.passphrase, armored: foreign }), 400, 'KitOfAnother');
  assertRefused(await house.post(PROVE, { did: mine.did, passphrase: mine.passphrase, armored: `${copy.slice(0, 200)}\n` }), 400, 'KitDamaged');
  assert.ok((await house.store.account(mine.did))!.kit);
  for (let time = 0; time < 2; time++) {
    assert.equal(kitState(await house.post(PROVE, { did: mine.did, passphrase: mine.passphrase, armored: copy })), 'proven');
  }
  assert.ok((await house.store.account(other.did))!.kit);
});

test('an account is removed only by those who say its DID twice', async () => {
  const house = new PdsHouse();
  const { did, passphrase } = await made(house);
  const remove = (confirm: string): Promise<Answer> => house.post('app.holdfast.account.remove', { did, confirm });
  assertRefused(await remove('did:web:another.test'), 400, 'InvalidRequest');
  assert.ok(await house.store.account(did));
  assert.equal((await remove(did)).status, 200);
  assert.equal(await house.store.account(did), undefined);
  assertRefused(await remove(did), 400, 'AccountNotFound');
  assertRefused(await house.post(CREATE, { passphrase }, { id: ID }), 400, 'AccountNotFound');
});
