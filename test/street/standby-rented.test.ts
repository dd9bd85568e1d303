// A standby is rented as a mirror is: by an invitation, whose terms are shown before; what is used of it and what ends is told to the house.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startMirror } from '../../src/mirror/index.ts';
import type { RunningMirror } from '../../src/mirror/index.ts';
import { OPERATOR, operated } from '../support/operator.ts';
import { assertRefused } from '../support/pds-house.ts';
import { makeHouse, startWorld, succeed } from '../support/street-world.ts';
import type { NodeHouse, World } from '../support/street-world.ts';
import { until } from '../support/until.ts';

const DAY_MS = 24 * 3_600_000;
const folder = mkdtempSync(join(tmpdir(), 'holdfast-rented-'));
let world: World;
let second: RunningMirror;
let alice: NodeHouse;

before(async () => {
  world = await startWorld();
  second = await startMirror({ ...world.settings, port: 0, folder, handleDomains: ['second.test'], inviteOnly: true, operator: OPERATOR }, { log: () => undefined });
  alice = await makeHouse(world);
  await alice.pair();
});

after(async () => {
  alice.disconnect();
  await second.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Standby {
  readonly url: string;
  readonly state: string;
  readonly trouble?: string;
  readonly usage?: Record<string, unknown>;
}

const operator = (): { operatorUrl: string } => ({ operatorUrl: `http://127.0.0.1:${second.operatorPort}` });

async function standby(method = 'askStandbys'): Promise<Standby> {
  const { mirror } = await succeed(alice.house, `app.holdfast.bridge.${method}`, { did: alice.did }) as { mirror: { standbys?: readonly Standby[] } };
  return mirror.standbys![0]!;
}

const held = (): Promise<unknown> => until('held', async () => (await standby()).state === 'same');

test('its terms are told before, its room and its end once it stands by; suspended it says so, and goes on when it may', async () => {
  const { did } = alice;
  const add = (invite?: string) => alice.house.post('app.holdfast.bridge.addStandby', { did, url: second.url, ...(invite !== undefined && { invite }) });
  assertRefused(await add(), 400, 'InvalidInviteCode');
  const { invitation: { code } } = await operated(operator(), 'createInvitation', { days: 30, terms: { repoBytes: 10_000, blobBytes: 1_000 } }) as { invitation: { code: string } };
  const { body: { terms } } = await alice.house.get('app.holdfast.bridge.preview', { url: second.url, invite: code });
  const { invitation, repoBytes, allBlobBytes, days } = terms as Record<string, unknown>;
  assert.deepEqual({ invitation, repoBytes, allBlobBytes, days }, { invitation: 'open', repoBytes: 10_000, allBlobBytes: 1_000, days: 30 });

  const begun = Date.now();
  const { status, body } = await add(code);
  assert.equal(status, 200);
  const { until: end, ...told } = (body['mirror'] as { standbys: readonly Standby[] }).standbys[0]!.usage!;
  assert.deepEqual([told['status'], told['repoLimit'], told['blobLimit'], told['warnings']], ['standby', 10_000, 1_000, []]);
  assert.ok(Math.abs(Date.parse(String(end)) - begun - 30 * DAY_MS) < 60_000, String(end));
  await held();

  const warned = async (): Promise<boolean> => ((await standby('look')).usage!['warnings'] as string[]).includes('records');
  for (let index = 0; index < 100 && !await warned(); index++) await alice.post(`More, and more: ${index} ${'.'.repeat(200)}`).then(held);
  assert.equal(await warned(), true);

  await operated(operator(), 'updateAccount', { did, status: 'suspended' });
  await alice.post('while it is suspended');
  await until('turned away', async () => (await standby()).state === 'silent');
  const { usage } = await standby('look');
  for (let time = 0; time < 3; time++) assert.match((await standby()).trouble!, /suspended/);
  assert.equal(usage!['status'], 'suspended');
  await operated(operator(), 'updateAccount', { did, status: 'active' });
  await held();
  assert.equal((await standby('look')).usage!['status'], 'standby');
});
