// A backup of earlier takes the place of a mirror, between houses that write and consumers that read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeBackup } from '../../src/mirror/safekeeping/backup.ts';
import { restoreBackup } from '../../src/mirror/safekeeping/restore.ts';
import { readEvent } from '../support/event-facts.ts';
import { allOf } from '../support/host-rules.ts';
import { makeHouse, startWorld, succeed } from '../support/street-world.ts';
import type { NodeHouse } from '../support/street-world.ts';
import { until } from '../support/until.ts';
import { LastingReader } from './support/lasting-reader.ts';

interface Standing {
  readonly waiting: number;
  readonly alarm?: { readonly code: string };
}

const standing = async ({ house, did }: NodeHouse): Promise<Standing> => (
  (await house.get('app.holdfast.bridge.describe', { did })).body['mirror'] as Standing);
const rev = async ({ house, did }: NodeHouse): Promise<string> => (await house.store.account(did as never))!.head.rev;

test('a restored backup goes on above every number ever given, and takes nothing of a house before they agree on what it has lost', async (context) => {
  const world = await startWorld();
  const reader = new LastingReader(world.mirror);
  const [alice, bob] = [await makeHouse(world, 'alice'), await makeHouse(world, 'bob')];
  const at = async (host: string, { did }: NodeHouse): Promise<unknown> => (
    (await (await fetch(`${host}/xrpc/com.atproto.sync.getLatestCommit?did=${did}`)).json() as { readonly rev?: unknown }).rev);
  const isThere = async (house: NodeHouse): Promise<void> => {
    for (const host of [world.mirror, world.relay]) await until(`${host} has all of ${house.did}`, async () => await at(host, house) === await rev(house));
    await until('it is confirmed', async () => (await standing(house)).waiting === 0);
  };
  try {
    for (const house of [alice, bob]) {
      await house.pair();
      await house.post('before the backup');
      await isThere(house);
    }
    const [folder, backup] = [world.settings.folder, `${world.settings.folder}-backup`];
    await makeBackup({ from: folder, to: backup, version: '1' });
    const kept = await rev(alice);
    for (const text of ['one', 'two', 'three']) await alice.post(`after the backup: ${text}`);
    await isThere(alice);
    const lost = await allOf(world.mirror);
    await until('the reader has seen it', () => reader.count === lost.length);
    const highest = readEvent(lost.at(-1)).seq as number;

    await world.stopMirror();
    await restoreBackup({ from: backup, to: folder, replace: true });
    await world.startMirror();
    // Nothing of this one is lost: it goes on, and nobody has to be asked.
    await bob.post('after it was put back');
    await isThere(bob);
    await alice.post('after it was put back');
    await until('the owner is told', async () => (await standing(alice)).alarm?.code === 'rollback');
    assert.equal(await at(world.mirror, alice), kept, 'it has taken something that does not follow what it holds');

    await succeed(alice.house, 'app.holdfast.bridge.setPaused', { did: alice.did, paused: false });
    await succeed(alice.house, 'app.holdfast.bridge.handOver', { did: alice.did });
    await alice.post('and on');
    await isThere(alice);
    const after = (await allOf(world.mirror, highest)).map(readEvent);
    assert.ok(after.every(({ seq }) => (seq as number) > highest));
    await until('who came back by a cursor that was lost has what came then', () => reader.count === lost.length + after.length);
    const frames = await reader.end();
    assert.deepEqual(frames.slice(0, lost.length), lost);
    assert.deepEqual(frames.slice(lost.length).map(readEvent).map(({ seq }) => seq), after.map(({ seq }) => seq));
    assert.equal(after.find(({ did }) => did === alice.did)?.type, '#sync', 'what was lost cannot be told as a commit');
    context.diagnostic('count: mirror put back from a backup: 1');
  } finally {
    await reader.end();
    for (const house of [alice, bob]) house.disconnect();
    await world.close();
  }
});
