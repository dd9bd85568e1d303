// The directory is away for an hour, which passes at once: first nobody can connect to it, then it takes what is asked and says nothing.
// And keys are replaced, meanwhile and while their houses write.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { renewKit } from '../../src/pds/index.ts';
import type { HouseSettings } from '../../src/pds/index.ts';
import { generatePassphrase } from '../../src/keys/index.ts';
import { makeHouse, startWorld } from '../support/street-world.ts';
import type { NodeHouse, World } from '../support/street-world.ts';
import { until } from '../support/until.ts';
import { DirectoryGate } from './support/directory-gate.ts';

/** What a document said is new for a minute to a mirror, and for ten to the relay. */
const STEP_MS = 15 * 60_000;
const STEPS = 4;
const TICK_MS = 5;

interface Standing {
  readonly waiting: number;
  readonly alarm?: object;
}

/** A house that is not alarmed: a directory that is away is nobody's fault. */
async function waitingOf({ house, did }: NodeHouse): Promise<number> {
  const { waiting, alarm } = (await house.get('app.holdfast.bridge.describe', { did })).body['mirror'] as Standing;
  assert.equal(alarm, undefined, JSON.stringify(alarm));
  return waiting;
}

/** What was written has come through: the mirror has confirmed it, and the relay has believed it. */
async function throughTo({ relay }: World, house: NodeHouse): Promise<void> {
  const { head } = (await house.house.store.account(house.did as never))!;
  await until(`all of ${house.did} is with the mirror`, async () => await waitingOf(house) === 0);
  await until(`all of ${house.did} is with the relay`, async () => {
    const answer = await fetch(`${relay}/xrpc/com.atproto.sync.getLatestCommit?did=${house.did}`);
    return (await answer.json() as { readonly rev?: string }).rev === head.rev;
  });
}

/** Asks to be paired. @returns what it was told, where it was not */
async function pairing({ house, did }: NodeHouse, { mirror }: World): Promise<unknown> {
  const { status, body } = await house.post('app.holdfast.bridge.pair', { did, url: mirror, handle: 'carol.holdfast.test' }, { id: crypto.randomUUID() });
  return status === 200 ? undefined : body;
}

/** Gives the account another key, as the owner does with a new kit. */
async function replaceKey({ directory, mirror, relay }: World, { house: { store }, did, disconnect, connect }: NodeHouse): Promise<void> {
  const settings = async (): Promise<HouseSettings> => ({ directory, mirror, relay });
  await renewKit({ store, fetch, settings, now: Date.now }, did, { passphrase: generatePassphrase() });
  // As when the page hears of it: it begins anew.
  disconnect();
  connect();
}

test('the directory is away for an hour: who is known goes on, who is not is told why; a key that was replaced meanwhile is learned', async (context) => {
  mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const ticking = setInterval(() => mock.timers.tick(TICK_MS), TICK_MS);
  const gate = await DirectoryGate.make();
  const world = await startWorld({ directory: gate.url }, { relayDirectory: gate.url });
  gate.target = world.directory;
  const behind = { ...world, directory: gate.url };
  const [alice, carol] = [await makeHouse(behind, 'alice'), await makeHouse(behind, 'carol')];
  // To this one the directory is not away.
  const bob = await makeHouse(world, 'bob');
  const both = [alice, bob];
  try {
    for (const house of both) {
      await house.pair();
      await house.post('before');
      await throughTo(world, house);
      await until('the mirror has looked at the log', () => gate.answered.includes(`/${house.did}/log/audit`));
    }
    await gate.refuse();
    for (let step = 1; step <= STEPS; step++) {
      const before = gate.unanswered;
      mock.timers.tick(STEP_MS);
      if (step === 2) {
        // What it remembered is gone with it; what it has seen of the log is not.
        await world.stopMirror();
        await world.startMirror();
      }
      if (step === STEPS / 2 + 1) await gate.hang();
      if (step === STEPS) both.forEach(({ disconnect, connect }) => (disconnect(), connect()));
      for (const house of both) await house.post(`step ${step}`);
      for (const house of both) await throughTo(world, house);
      assert.ok(gate.unanswered > before, 'nobody has asked: what was remembered still counted');
    }

    await gate.refuse();
    assert.deepEqual(await pairing(carol, world), { error: 'DirectoryUnreachable', message: 'Your data here is safe. The PLC directory gave no answer.' });
    await replaceKey(world, bob);
    await bob.post('with another key');
    await alice.post('as before');
    await throughTo(world, alice);
    assert.ok(await waitingOf(bob) > 0, 'a key was believed that nobody could look up');

    await gate.open();
    await throughTo(world, bob);
    assert.equal(await pairing(carol, world), undefined);
    context.diagnostic('count: directory away for an hour: 1');
  } finally {
    for (const house of both) house.disconnect();
    await world.close();
    await gate.end();
    clearInterval(ticking);
    mock.timers.reset();
  }
});

test('a key is replaced while its house writes: nobody is alarmed, and all that was written is believed', async (context) => {
  const world = await startWorld();
  const bob = await makeHouse(world, 'bob');
  let written = 0;
  const write = async (): Promise<void> => {
    await bob.post(`number ${++written}`);
    await waitingOf(bob);
  };
  try {
    await bob.pair();
    await write();
    await throughTo(world, bob);
    const replaced = replaceKey(world, bob).then(() => true);
    while (!await Promise.race([replaced, write()])) await pause(TICK_MS);
    await write();
    await throughTo(world, bob);
    assert.ok(written > 3, 'nothing was written meanwhile');
    const car = await (await fetch(`${world.mirror}/xrpc/com.atproto.sync.getRepo?did=${bob.did}`)).arrayBuffer();
    assert.deepEqual(Buffer.from(car), Buffer.from(await bob.house.car(bob.did as never)));
    context.diagnostic('count: key replaced under a house that writes: 1');
  } finally {
    bob.disconnect();
    await world.close();
  }
});
