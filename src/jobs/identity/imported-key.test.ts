import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createP256Signer, formatDidKey } from '../../protocol/index.ts';
import { operationOf, signOperation } from '../../identity/index.ts';
import { MemoryKeyVault } from '../../storage/memory/index.ts';
import { seededK256Signer } from '../../testing/index.ts';
import { Town } from '../../../test/support/town.ts';
import type { IdentityAsk } from '../messages.ts';
import { askFailure } from '../errors.ts';
import { answerAsk } from './ask.ts';
import type { IdentityReport } from './report.ts';

const SEED = new Uint8Array(32).fill(0x42);
const HEX = Buffer.from(SEED).toString('hex');
const k256 = await seededK256Signer(SEED);
const k256Key = formatDidKey(k256.publicKey);

/** An account whose DID only a key of another server may change; its owner knows of that. */
async function elsewhere() {
  const town = await Town.make({ handle: 'key.example.com' });
  await town.paired();
  const vault = new MemoryKeyVault();
  const { house: { store }, network: { fetch }, settings, did } = town;
  const ask = (wish: object): Promise<IdentityReport> => answerAsk({ did, ...wish } as unknown as IdentityAsk, {
    store, vault, fetch, settings, now: Date.now, signal: new AbortController().signal, tell: () => undefined,
  }) as Promise<IdentityReport>;
  await ask({ what: 'read' });
  const { data, head } = (await town.directory.log(did))!;
  const own = await createP256Signer((await store.keys(did))!.rotation);
  await town.directory.add(did, await signOperation(own, operationOf({ ...data!, rotationKeys: [k256Key] }, head)));
  await ask({ what: 'accept', cids: (await ask({ what: 'read' })).alarm!.cids });
  return { town, vault, ask };
}

const written = (text: string): Blob => new Blob([text]);
const refused = (asked: Promise<unknown>): Promise<string> => asked.then(() => 'done', (error: unknown) => askFailure(error).code);

test('a key of another server is brought in, says what it can change, and gives this house the right to', async () => {
  const { town, vault, ask } = await elsewhere();
  assert.equal((await ask({ what: 'read' })).imported, undefined);
  assert.equal(await refused(ask({ what: 'use-key' })), 'KeyUseless');
  const { imported } = await ask({ what: 'import-key', key: written(`${HEX}\n`) });
  assert.deepEqual(imported, { key: k256Key, place: 0, isNeeded: true });
  const entry = (await vault.get(town.did, 'k256'))!;
  assert.ok(entry.key?.extractable === false && !Buffer.from(entry.bytes).includes(Buffer.from(SEED.subarray(0, 16))));

  const used = await ask({ what: 'use-key' });
  assert.deepEqual(used.imported, { key: k256Key, place: 1, isNeeded: false });
  assert.deepEqual([used.alarm, used.state?.rotationKeys.map(({ holder }) => holder)], [undefined, ['house', 'other']]);
  assert.equal((await town.account()).rotationKeys.length, 2);
  const uses = (await town.house.store.uses(town.did)).filter(({ what, key }) => what === 'operation' && key === 'imported');
  assert.deepEqual(uses.map(({ subject }) => subject), [used.entries[0]?.cid]);
  // The house does the rest by itself.
  await town.house.post('app.holdfast.bridge.leave', { did: town.did });
  assert.equal((await town.directory.log(town.did))!.data?.services['atproto_pds'], undefined);
  assert.equal(await refused(ask({ what: 'use-key' })), 'KeyUseless');
  assert.equal((await ask({ what: 'forget-key' })).imported, undefined);
});

test('a key that cannot change this DID, or is none, is not kept', async () => {
  const { town, vault, ask } = await elsewhere();
  assert.equal(await refused(ask({ what: 'import-key', key: written('43'.repeat(32)) })), 'KeyUseless');
  assert.equal(await refused(ask({ what: 'import-key', key: written('no key') })), 'KeyInvalid');
  assert.equal(await vault.get(town.did, 'k256'), undefined);
});
