import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cidOf, datetimeFromMs, parseDid } from '../../protocol/index.ts';
import { readCar, verifyCommitMessage } from '../../repo/index.ts';
import { decodeCommitBody } from '../../mirroring/index.ts';
import { ALICE, assertRefused, NOTE, PdsHouse } from '../../../test/support/pds-house.ts';
import type { MemoryHouseStore } from '../../storage/memory/index.ts';
import type { Account } from '../ports/account.ts';
import type { HouseStore } from '../ports/house-store.ts';
import type { PairedMirror } from '../ports/paired-mirror.ts';

const NOW = 1_800_000_000_000;
const MIRROR: PairedMirror = {
  url: 'https://mirror.test', mirrorDid: parseDid('did:web:mirror.test'), key: 'did:key:zTest', state: 'active', isPaused: false,
  pairedAt: datetimeFromMs(0),
};

/** A house with a mirror that says this time, or does not answer. */
async function pairedHouse(
  clockAheadMs: number | undefined, mirrorTime?: () => number, wrap?: (store: MemoryHouseStore) => HouseStore,
): Promise<{ readonly house: PdsHouse; readonly asked: () => number }> {
  let asked = 0;
  const house = await PdsHouse.make({
    now: () => NOW,
    fetch: async () => {
      asked++;
      if (mirrorTime === undefined) throw new TypeError('no network');
      return Response.json({
        did: MIRROR.mirrorDid, key: 'did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169', version: '1', time: datetimeFromMs(mirrorTime()),
        handleDomains: [], limits: { blobBytes: 1, repoBytes: 1, aheadMs: 120_000 }, inviteRequired: false,
      });
    },
  }, wrap);
  await house.store.update(ALICE.did, { mirror: { ...MIRROR, ...(clockAheadMs !== undefined && { clockAheadMs }) } });
  return { house, asked: () => asked };
}

test('a commit waits for the mirror as the network will see it, with the blobs it names', async () => {
  const { house } = await pairedHouse(undefined);
  const blob = new Uint8Array([1, 2, 3]);
  const cid = cidOf(blob, 'raw');
  await house.blobs.put(ALICE.did, blob, { cid, mimeType: 'image/png' });
  const before = (await house.store.account(ALICE.did))!.head;
  const ref = { $type: 'blob', ref: { $link: cid.toString() }, mimeType: 'image/png', size: 3 };
  await house.create({ $type: NOTE, pictures: [ref, ref] });
  const [waiting, ...rest] = await house.store.outbox(ALICE.did, { limit: 9 });
  assert.ok(waiting !== undefined && rest.length === 0);
  const { head } = (await house.store.account(ALICE.did))!;
  assert.deepEqual([waiting.rev, waiting.cid.toString()], [head.rev, head.cid.toString()]);
  assert.deepEqual(waiting.blobs.map(String), [cid.toString()]);
  const message = decodeCommitBody(waiting.message);
  assert.equal(readCar(message.blocks).root.toString(), head.cid.toString());
  await verifyCommitMessage(message, { key: house.keys.get(ALICE.did)!, previous: before, now: NOW });
});

test('what cannot wait is not made: without a mirror, and where nothing was written', async () => {
  const house = await PdsHouse.make();
  await house.create({ $type: NOTE, text: 'x' });
  await house.store.update(ALICE.did, { mirror: MIRROR });
  await house.post('com.atproto.repo.deleteRecord', { repo: ALICE.did, collection: NOTE, rkey: 'nothing' });
  assert.equal((await house.store.outboxSize(ALICE.did)).commits, 0);
});

test('up to 30 seconds ahead of the mirror the house signs, and not beyond', async () => {
  const { house, asked } = await pairedHouse(30_000);
  assert.equal((await house.create({ $type: NOTE, text: 'x' })).status, 200);
  assert.equal(asked(), 0);
  await house.store.update(ALICE.did, { mirror: { ...MIRROR, clockAheadMs: 31_000 } });
  const head = await house.head();
  const refused = await house.create({ $type: NOTE, text: 'y' });
  assertRefused(refused, 400, 'ClockAhead');
  assert.match(String(refused.body['message']), /31 seconds ahead.*Nothing was changed\. Set the clock/);
  assert.equal(await house.head(), head);
});

test('a clock that was set is believed when the mirror says so, and one that is wrong still is told by how much', async () => {
  const { house } = await pairedHouse(600_000, () => NOW - 200);
  assert.equal((await house.create({ $type: NOTE, text: 'x' })).status, 200);
  assert.equal((await house.store.account(ALICE.did))?.mirror?.clockAheadMs, 200);
  const still = await pairedHouse(600_000, () => NOW - 7_200_000);
  const refused = await still.house.create({ $type: NOTE, text: 'y' });
  assertRefused(refused, 400, 'ClockAhead');
  assert.match(String(refused.body['message']), /2 hours ahead/);
});

test('the clock is looked at under the lock, and noted on what is stored, not on what is remembered', async () => {
  const memory: { old?: Account; isHeld?: boolean } = {};
  const updates: unknown[] = [];
  const { house } = await pairedHouse(600_000, () => NOW - 7_200_000, (store) => new Proxy<HouseStore>(store, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (name === 'remembered') return () => memory.old;
      if (name === 'exclusive') {
        return (did: Account['did'], work: () => Promise<unknown>) => target.exclusive(did, async () => {
          memory.isHeld = true;
          return work().finally(() => { memory.isHeld = false; });
        });
      }
      if (name === 'update') {
        return (...given: Parameters<HouseStore['update']>) => {
          updates.push(memory.isHeld);
          return target.update(...given);
        };
      }
      return typeof value === 'function' ? value.bind(target) as unknown : value;
    },
  }));
  memory.old = (await house.store.account(ALICE.did))!;
  await house.store.update(ALICE.did, { mirror: { ...MIRROR, clockAheadMs: 600_000, isPaused: true } });
  updates.length = 0;
  assertRefused(await house.create({ $type: NOTE, text: 'x' }), 400, 'ClockAhead');
  assert.deepEqual(updates, [true]);
  assert.equal((await house.store.account(ALICE.did))?.mirror?.isPaused, true, 'what was learned since is undone');
});
