// A relay that has forgotten accounts or the whole mirror gets them back by itself, and an operator sees it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { startMirror } from '../../src/mirror/index.ts';
import { verifyMirror } from '../../src/mirror/safekeeping/verify.ts';
import { startRelay } from '../../src/street/index.ts';
import type { StreetServer } from '../../src/street/index.ts';
import { checkFrames } from '../support/frame-checker.ts';
import { allOf } from '../support/host-rules.ts';
import { identitiesFrom } from '../support/identities-from.ts';
import { operated, OPERATOR } from '../support/operator.ts';
import { makeHouse, startWorld } from '../support/street-world.ts';
import type { NodeHouse, World } from '../support/street-world.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-relay-watch-'));
const file = join(folder, 'relay.sqlite');
let world: World;
let relay: StreetServer;
let mirror: Awaited<ReturnType<typeof startMirror>>;
let houses: readonly NodeHouse[];
let hostname: string;

const openRelay = (port: number): Promise<StreetServer> => startRelay({ port, file, directoryUrl: world.directory, retryMs: 20 });

before(async () => {
  world = await startWorld();
  relay = await openRelay(0);
  mirror = await startMirror({ ...world.settings, port: 0, folder: join(folder, 'mirror'), relays: [relay.url], operator: OPERATOR }, {
    log: () => undefined, relayPace: { everyMs: 50, graceMs: 2_000, quietMs: 200 },
  });
  hostname = `localhost:${mirror.port}`;
  houses = [await makeHouse(world, 'alice'), await makeHouse(world, 'bob')];
  for (const [index, house] of houses.entries()) {
    await house.pair(mirror.url, `house${index}.holdfast.test`);
    await house.post('before');
  }
});

after(async () => {
  for (const house of houses) house.disconnect();
  const frames = await allOf(mirror.url);
  await checkFrames(frames, { host: mirror.url, identityOf: identitiesFrom(world.directory) });
  await mirror.close();
  await relay.close();
  await world.close();
  const { faults } = await verifyMirror(join(folder, 'mirror'));
  rmSync(folder, { recursive: true, force: true });
  assert.deepEqual(faults, []);
});

/** Nothing where a connection was kept to a relay that has ended. */
const asked = (server: string, method: string, params: Record<string, string>): Promise<Record<string, unknown>> => (
  fetch(`${server}/xrpc/com.atproto.sync.${method}?${new URLSearchParams(params)}`).then((answer) => answer.json() as Promise<Record<string, unknown>>, () => ({}))
);
const latest = async (server: string, did: string): Promise<unknown> => (await asked(server, 'getLatestCommit', { did }))['rev'];
/** The relay has every account at the revision that the mirror has. */
const isInStep = async (): Promise<boolean> => {
  for (const { did } of houses) {
    const rev = await latest(mirror.url, did);
    if (rev === undefined || await latest(relay.url, did) !== rev) return false;
  }
  return true;
};
const sight = async (): Promise<Record<string, unknown>> => {
  const { relays } = await operated({ operatorUrl: `http://127.0.0.1:${mirror.operatorPort}` }, 'listRelays');
  return (relays as { sight?: Record<string, unknown> }[])[0]!.sight ?? {};
};
const isWell = async (): Promise<boolean> => {
  const { host, accountCount, accountsWrong, lagSeconds } = await sight();
  return host === 'active' && accountCount === 2 && accountsWrong === 0 && lagSeconds === 0;
};

/** Ends the relay, and has it start again without what the statement takes from it. */
async function forget(statement: string): Promise<void> {
  await relay.close();
  const database = new DatabaseSync(file);
  database.exec(statement);
  database.close();
  relay = await openRelay(relay.port);
}

test('a relay that has all is left alone', async () => {
  await until('the relay has all', isInStep);
  await until('that is seen', isWell);
  assert.equal((await sight())['toldAnew'], 0);
});

test('an account that a relay has forgotten is there again, and passed on', async () => {
  const { did } = houses[0]!;
  await forget(`DELETE FROM accounts WHERE did = '${did}'`);
  await until('the account is there again', isInStep);
  await until('that is seen', isWell);
  assert.equal((await sight())['toldAnew'], 1);
  await houses[0]!.post('after');
  await until('its commits are passed on', isInStep);
});

test('an account that a relay takes for inactive is active there again', async () => {
  const { did } = houses[1]!;
  await forget(`UPDATE accounts SET status = 'deactivated' WHERE did = '${did}'`);
  await until('the account is active there', async () => (await asked(relay.url, 'getRepoStatus', { did }))['active'] === true);
  await until('that is seen', isWell);
  assert.equal((await sight())['toldAnew'], 2);
});

test('a relay that has forgotten the mirror is asked to crawl, and reads it again', async () => {
  await forget('DELETE FROM accounts; DELETE FROM hosts');
  await until('the mirror is known there', async () => (await asked(relay.url, 'getHostStatus', { hostname }))['status'] === 'active');
  await until('it has all accounts', isInStep);
  await until('that is seen', isWell);
});

test('a relay that has stopped reading is asked to crawl, and reads again', async () => {
  await forget(`UPDATE hosts SET status = 'idle'`);
  await until('it reads again', async () => (await asked(relay.url, 'getHostStatus', { hostname }))['status'] === 'active');
  await houses[0]!.post('afterwards');
  await until('it has what was written', isInStep);
  await until('that is seen', isWell);
});
