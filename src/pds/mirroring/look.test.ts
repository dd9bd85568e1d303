import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datetimeFromMs } from '../../protocol/index.ts';
import { FakeDirectory, FakeMirror } from '../../../test/support/fake-street.ts';
import { Pair } from '../../../test/support/mirrored-pair.ts';
import { ALICE } from '../../../test/support/pds-house.ts';
import { Town } from '../../../test/support/town.ts';
import { pointTo } from './identity.ts';

const RELAY = 'https://relay.test';
const MINUTE = 60_000;

/** What the relay answers about the account. */
type Told = { readonly cid: string; readonly rev: string } | 'nothing' | 'away';

async function looking(told: () => Told | Promise<Told>): Promise<{ readonly pair: Pair; readonly look: () => Promise<Record<string, unknown>> }> {
  const pair = await Pair.met(1);
  pair.settings = { directory: 'https://plc.test', relay: RELAY };
  pair.others = async (url) => {
    const answer = url.startsWith(RELAY) ? await told() : 'away';
    if (answer === 'away') throw new TypeError('no network');
    if (answer === 'nothing') return Response.json({ error: 'RepoNotFound', message: '' }, { status: 400 });
    return Response.json(answer);
  };
  return {
    pair,
    look: async () => {
      const { status, body } = await pair.house.post('app.holdfast.bridge.look', { did: ALICE.did });
      assert.equal(status, 200, JSON.stringify(body));
      return body['mirror'] as Record<string, unknown>;
    },
  };
}

/** What the house has, as a relay tells it. */
async function present({ house }: Pair): Promise<{ readonly cid: string; readonly rev: string }> {
  const { cid, rev } = (await house.store.account(ALICE.did))!.head;
  return { cid: cid.toString(), rev };
}

/** What comes once: whether it has come is waited for; whoever gives it learns whether it was the first time. */
function signal(): [Promise<void>, () => boolean] {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isGiven = false;
  return [promise, () => {
    resolve();
    return !isGiven && (isGiven = true);
  }];
}

test('the relay is asked what it has, and the answer is kept with its time', async () => {
  const { pair, look } = await looking(() => present(pair));
  const { rev } = await present(pair);
  const { relay, notice, state } = await look();
  assert.deepEqual([relay, notice, state], [{ url: RELAY, rev, time: (relay as { time: string }).time }, undefined, 'active']);
});

test('a relay without the account is told; one that is away leaves what was known', async () => {
  let told: Told = 'nothing';
  const { pair, look } = await looking(() => told);
  assert.equal(((await look())['relay'] as { rev?: string }).rev, undefined);
  told = await present(pair);
  await look();
  told = 'away';
  assert.equal(((await look())['relay'] as { rev?: string }).rev, (await present(pair)).rev);
});

test('what the mirror confirmed and the relay lacks for ten minutes is worth a word, which goes when it has it', async () => {
  let told: Told = 'away';
  const { pair, look } = await looking(() => told);
  told = await present(pair);
  await pair.write();
  await pair.talk();
  assert.equal((await look())['notice'], undefined);
  pair.ahead = 9 * MINUTE;
  // A later change does not hide that an earlier one is not there.
  await pair.house.store.update(ALICE.did, { mirror: { ...await pair.known(), acknowledged: { ...(await pair.known()).acknowledged!, time: datetimeFromMs(Date.now() + 9 * MINUTE) } } });
  assert.equal((await look())['notice'], undefined);
  pair.ahead = 11 * MINUTE;
  const { notice, state } = await look();
  assert.match((notice as { message: string }).message, /^Your records are safe here\. The mirror confirmed a change 11 minutes ago, and the relay/);
  assert.equal(state, 'active');
  told = await present(pair);
  assert.equal((await look())['notice'], undefined);
});

test('without a relay in the settings nobody is asked', async () => {
  const { pair, look } = await looking(() => 'away');
  pair.settings = { directory: 'https://plc.test' };
  assert.equal((await look())['relay'], undefined);
});

test('a DID that names another server is an alarm; a directory that is away is none', async () => {
  const town = await Town.make();
  await town.paired();
  const look = async (): Promise<Record<string, unknown>> => (
    (await town.house.post('app.holdfast.bridge.look', { did: town.did })).body['mirror'] as Record<string, unknown>
  );
  assert.equal((await look())['state'], 'active');
  const parts = { store: town.house.store, fetch: town.network.fetch, settings: town.settings, now: Date.now };
  await pointTo(parts, await town.account(), { pds: 'https://elsewhere.test' });
  const log = (await town.directory.log(town.did))!;
  town.directory.forget(town.did);
  assert.equal((await look())['state'], 'active');
  for (const { operation } of log.entries) await town.directory.add(town.did, operation);
  const { state, alarm } = await look();
  assert.equal(state, 'alarm');
  assert.match((alarm as { message: string }).message, /^Your records are safe here\. Your identity names the server https:\/\/elsewhere\.test, not this mirror\./);
});

test('an alarm about a mirror that was left meanwhile is none', async () => {
  const town = await Town.make();
  await town.paired();
  const other = new FakeMirror(town.network, town.directory, 'other');
  const [isAsked, asked] = signal();
  const [isMoved, moved] = signal();
  town.network.add(FakeDirectory.url, async (request) => {
    if (request.method === 'POST') return Response.json(await town.directory.add(town.did, await request.json() as object) ?? {});
    const audit = town.directory.audit(town.did);
    if (!asked()) return Response.json(audit);
    await isMoved;
    return Response.json(town.directory.audit(town.did));
  });
  const looking = town.house.post('app.holdfast.bridge.look', { did: town.did });
  await isAsked;
  await town.paired({ url: other.url });
  moved();
  await looking;
  const { mirror } = await town.account();
  assert.deepEqual([mirror?.url, mirror?.state, mirror?.alarm], [other.url, 'active', undefined]);
});

test('the mirror is asked what the account takes there; one that does not say, or is away, changes nothing', async () => {
  const town = await Town.make();
  await town.paired();
  const look = async (): Promise<unknown> => ((await town.house.post('app.holdfast.bridge.look', { did: town.did })).body['mirror'] as { usage?: unknown }).usage;
  assert.equal(await look(), undefined);
  const usage = { status: 'active', repoBytes: 95, repoLimit: 100, blobBytes: 0, blobLimit: 1_000, warnings: ['records'], until: '2026-12-24T00:00:00.000Z', end: '2027-01-07T00:00:00.000Z' };
  town.mirror.usage = usage;
  assert.deepEqual(await look(), usage);
  assert.deepEqual((await town.account()).mirror?.usage, usage);
  town.mirror.usage = { ...usage, repoBytes: 'many' };
  assert.deepEqual(await look(), usage);
  town.mirror.stop();
  assert.deepEqual(await look(), usage);
});

/** A mirror that withholds what comes from now on. */
async function withholding(): Promise<Awaited<ReturnType<typeof looking>>> {
  let told: Told = 'away';
  const made = await looking(() => told);
  told = await present(made.pair);
  return made;
}

test('what was written long before, offline, is not missed for longer than the mirror has had it', async () => {
  const { pair, look } = await withholding();
  pair.ahead = -180 * MINUTE;
  await pair.write();
  pair.ahead = 0;
  assert.equal(await pair.talk(), 'idle');
  assert.equal((await look())['notice'], undefined);
  pair.ahead = 9 * MINUTE;
  assert.equal((await look())['notice'], undefined);
  pair.ahead = 11 * MINUTE;
  assert.match(((await look())['notice'] as { message: string }).message, /confirmed a change 11 minutes ago/);
});

test('a mirror that withholds is told of also while there is a conflict to look at, and either word is read for itself', async () => {
  const { pair, look } = await withholding();
  const { pairedAt: time, ...known } = await pair.known();
  await pair.house.store.update(ALICE.did, { mirror: { ...known, pairedAt: time, notice: { code: 'conflict', message: 'Both changed it.', time, conflicts: [] } } });
  await pair.write();
  assert.equal(await pair.talk(), 'idle');
  await look();
  pair.ahead = 24 * 60 * MINUTE;
  const { notice, withheld } = await look() as Record<string, { readonly code: string; readonly time: string } | undefined>;
  assert.deepEqual([notice?.code, withheld?.code], ['conflict', 'withheld']);
  const read = async (word: { readonly time: string }): Promise<unknown[]> => {
    const { mirror } = (await pair.house.post('app.holdfast.bridge.readNotice', { did: ALICE.did, time: word.time })).body as { mirror: Record<string, { code: string } | undefined> };
    return [mirror['notice']?.code, mirror['withheld']?.code];
  };
  assert.deepEqual(await read(notice!), ['withheld', undefined]);
  assert.deepEqual(await read(withheld!), [undefined, undefined]);
});

test('what the relay lacked for a moment once is not held against what comes later', async () => {
  let told: Told = 'away';
  const { pair, look } = await looking(() => told);
  told = await present(pair);
  await pair.write();
  assert.equal(await pair.talk(), 'idle');
  assert.equal((await look())['notice'], undefined);
  // It has that a second later, and nobody looks.
  told = await present(pair);
  await pair.write();
  assert.equal(await pair.talk(), 'idle');
  pair.ahead = 180 * MINUTE;
  const { acknowledged, ...known } = await pair.known();
  await pair.house.store.update(ALICE.did, { mirror: { ...known, acknowledged: { ...acknowledged!, time: datetimeFromMs(Date.now() + pair.ahead) } } });
  assert.equal((await look())['notice'], undefined);
});
