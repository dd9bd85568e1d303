// One mirror under two names: to the relay it is two servers, each with accounts of its own, and stays so.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readEvent } from '../support/event-facts.ts';
import { allOf } from '../support/host-rules.ts';
import { makeHouse, startWorld } from '../support/street-world.ts';
import type { NodeHouse, World } from '../support/street-world.ts';
import { until } from '../support/until.ts';

let world: World;
let [alice, bob, carol]: NodeHouse[] = [];

before(async () => {
  world = await startWorld({ moreHostnames: ['127.0.0.1'] }, { hostAccounts: 2, relayPace: { quietMs: 0 } });
  [alice, bob, carol] = [await makeHouse(world, 'alice'), await makeHouse(world, 'bob'), await makeHouse(world, 'carol')];
});

after(async () => {
  for (const house of [alice!, bob!, carol!]) house.disconnect();
  await world.close();
});

const asked = async (server: string, method: string, params: Record<string, string> = {}): Promise<Record<string, unknown>> => (
  await (await fetch(`${server}/xrpc/com.atproto.${method}?${new URLSearchParams(params)}`)).json() as Record<string, unknown>
);
const latest = async (server: string, { did }: NodeHouse): Promise<unknown> => (await asked(server, 'sync.getLatestCommit', { did }))['rev'];
const at = (name: number): string => world.mirrors[name]!;
const mirrorOf = async ({ house, did }: NodeHouse) => (await house.store.account(did as never))!.mirror!;

/** What was written is at the mirror by this name and no other, and at the relay. */
async function arrives(house: NodeHouse, name: number): Promise<void> {
  const { rev } = (await house.house.store.account(house.did as never))!.head;
  await until('it is at the mirror, and on the street', async () => await latest(at(name), house) === rev && await latest(world.relay, house) === rev);
  assert.deepEqual(await asked(at(1 - name), 'sync.getRepoStatus', { did: house.did }), { error: 'RepoNotFound', message: 'The repository is not here.' });
}

test('whichever name is typed, accounts are spread as they come, and each house goes on with the name of its account', async () => {
  await alice!.pair(at(1));
  await bob!.pair(at(1));
  await carol!.pair(at(0));
  for (const [house, name] of [[alice!, 0], [bob!, 0], [carol!, 1]] as const) {
    const { url, mirrorDid } = await mirrorOf(house);
    assert.deepEqual([url, mirrorDid], [at(name), (await asked(at(name), 'server.describeServer'))['did']]);
    const { service } = await (await fetch(`${world.directory}/${house.did}`)).json() as { service: { serviceEndpoint: string }[] };
    assert.deepEqual(service.map(({ serviceEndpoint }) => serviceEndpoint), [at(name)]);
    await house.post('written');
    await arrives(house, name);
  }
});

test('the relay crawls both names, and sees each account at its own and nowhere else', async () => {
  const hosts = async () => ((await asked(world.relay, 'sync.listHosts'))['hosts'] as { hostname: string; status: string; accountCount: number; refused: number }[])
    .map(({ hostname, status, accountCount, refused }) => [hostname, status, accountCount, refused]);
  const [first, second] = world.mirrors.map((url) => new URL(url).host);
  await until('the relay has all three', async () => (await hosts()).reduce((sum, [, , count]) => sum + Number(count), 0) === 3);
  assert.deepEqual(await hosts(), [[second, 'active', 1, 0], [first, 'active', 2, 0]]);
  for (const [name, houses] of [[0, [alice!, bob!]], [1, [carol!]]] as const) {
    const { repos } = await asked(at(name), 'sync.listRepos') as { repos: { did: string }[] };
    assert.deepEqual(new Set(repos.map(({ did }) => did)), new Set(houses.map(({ did }) => did)));
    const told = (await allOf(at(name))).map(readEvent).map(({ did }) => did);
    assert.deepEqual(new Set(told), new Set(houses.map(({ did }) => did)));
  }
  await world.check();
});

test('a restart keeps all of it, and who paired goes on', async () => {
  const before = await Promise.all([0, 1].map((name) => allOf(at(name))));
  await world.stopMirror();
  for (const house of [alice!, carol!]) await house.post('while it was away');
  await world.startMirror();
  for (const [house, name] of [[alice!, 0], [carol!, 1]] as const) await arrives(house, name);
  for (const [name, frames] of before.entries()) assert.deepEqual((await allOf(at(name))).slice(0, frames.length), frames);
  await bob!.pair(at(1));
  assert.equal((await mirrorOf(bob!)).url, at(0), 'paired again by the other name it stays where it is');
  await bob!.post('after it');
  await arrives(bob!, 0);
});
