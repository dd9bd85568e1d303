import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALICE, assertRefused, BOB, PdsHouse } from '../../test/support/pds-house.ts';

const GET = 'app.bsky.actor.getPreferences';
const PUT = 'app.bsky.actor.putPreferences';
const ADULT = { $type: 'app.bsky.actor.defs#adultContentPref', enabled: false };
const MUTED = { $type: 'app.bsky.actor.defs#mutedWordsPref', items: [{ id: '3kz', value: 'spoilers', targets: ['content', 'tag'], actorTarget: 'all' }] };
/** Of a version of the lexicon that we do not know. */
const LATER = { $type: 'app.bsky.actor.defs#somethingNewPref', any: { thing: [1, null, 'x'] } };

const as = (did: string) => ({ headers: { 'holdfast-account': did } });

test('preferences are kept as they were given, each time all of them, and are none at first', async () => {
  const house = await PdsHouse.make();
  assert.deepEqual(await house.get(GET), { status: 200, body: { preferences: [] } });
  assert.deepEqual(await house.post(PUT, { preferences: [ADULT, MUTED, LATER] }), { status: 200, body: {} });
  assert.deepEqual((await house.get(GET)).body, { preferences: [ADULT, MUTED, LATER] });
  await house.post(PUT, { preferences: [MUTED] });
  assert.deepEqual((await house.get(GET)).body, { preferences: [MUTED] });
  const head = await house.head();
  await house.post(PUT, { preferences: [] });
  assert.deepEqual((await house.get(GET)).body, { preferences: [] });
  assert.equal(await house.head(), head, 'they are no part of the repository');
});

test('what its lexicon refuses, is of another namespace, or is too large changes nothing', async () => {
  const house = await PdsHouse.make();
  await house.post(PUT, { preferences: [ADULT] });
  const long = { ...LATER, any: 'x'.repeat(256 * 1024) };
  const refused: readonly (readonly [preferences: unknown, status: number, error: string])[] = [
    [[{ ...ADULT, enabled: 'yes' }], 400, 'InvalidRequest'],
    [[{ ...MUTED, items: [{ value: 'x' }] }], 400, 'InvalidRequest'],
    [[{ enabled: true }], 400, 'InvalidRequest'],
    ['all of them', 400, 'InvalidRequest'],
    [[{ $type: 'com.example.prefs#mine' }], 400, 'InvalidRequest'],
    [[{ $type: 'app.bskynot.actor.defs#pref' }], 400, 'InvalidRequest'],
    [[long], 413, 'PayloadTooLarge'],
  ];
  for (const [preferences, status, error] of refused) {
    assertRefused(await house.post(PUT, { preferences }), status, error);
    assert.deepEqual((await house.get(GET)).body, { preferences: [ADULT] });
  }
});

test('an owner of several accounts says whose, and nobody else is told', async () => {
  const house = await PdsHouse.make();
  await house.addAccount(BOB);
  assertRefused(await house.post(PUT, { preferences: [ADULT] }), 400, 'InvalidRequest');
  assert.equal((await house.post(PUT, { preferences: [ADULT] }, as(ALICE.did))).status, 200);
  assert.equal((await house.post(PUT, { preferences: [MUTED] }, as(BOB.handle))).status, 200);
  assertRefused(await house.post(PUT, { preferences: [] }, as('did:web:nobody.test')), 403, 'AccountNotFound');
  const read = async (did: string): Promise<unknown> => (await (await house.fetch(GET, as(did))).json() as { preferences: unknown }).preferences;
  assert.deepEqual([await read(ALICE.did), await read(BOB.did)], [[ADULT], [MUTED]]);
  const request = (): Request => new Request(`http://house.test/xrpc/${GET}`, as(ALICE.did));
  for (const caller of [undefined, { kind: 'anyone' }, { kind: 'account', did: ALICE.did }] as const) {
    assert.equal((await house.pds.fetch(request(), caller)).status, 401, String(caller?.kind));
  }
});
