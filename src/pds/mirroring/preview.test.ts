import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused } from '../../../test/support/pds-house.ts';
import { Town } from '../../../test/support/town.ts';

test('a mirror is asked what it is, and nothing is sent of any account', async () => {
  const town = await Town.make();
  town.mirror.behind = 5_000;
  town.network.take();
  const { status, body } = await town.house.get('app.holdfast.bridge.preview', { url: 'https://mirror.test/' });
  assert.equal(status, 200, JSON.stringify(body));
  const { clockAheadMs, ...mirror } = body['mirror'] as Record<string, unknown>;
  assert.deepEqual([body['url'], mirror], ['https://mirror.test', {
    did: 'did:web:mirror.test', version: '1.0.0', handleDomains: ['.mirror.test'],
    inviteRequired: false, email: 'keeper@mirror.test',
  }]);
  assert.ok(Math.abs(Number(clockAheadMs) - 5_000) < 1_000);
  const everybody = { repoBytes: 1e9, mostRepoBytes: 1e9, allBlobBytes: 1e9, mostAllBlobBytes: 1e9, blobBytes: 1_000_000, warnPercent: 90, noticeDays: 14, graceDays: 14 };
  assert.deepEqual(body['terms'], everybody);
  assert.deepEqual(town.network.take(), ['GET mirror.test app.holdfast.mirror.describe', 'POST mirror.test app.holdfast.mirror.getTerms']);
  town.mirror.invite = 'by letter';
  const looked = (invite: string) => town.house.get('app.holdfast.bridge.preview', { url: 'https://mirror.test/', invite });
  assert.deepEqual((await looked('by letter')).body['terms'], { ...everybody, repoBytes: 1e6, allBlobBytes: 1e6, invitation: 'open', days: 30 });
  assertRefused(await looked('by word'), 400, 'InvalidInviteCode');
  // A code is shown to nobody who is not the mirror of that name.
  town.network.add('https://alias.test', (request) => town.network.fetch(request.url.replace('alias', 'mirror')));
  town.network.take();
  assertRefused(await town.house.get('app.holdfast.bridge.preview', { url: 'https://alias.test', invite: 'by letter' }), 400, 'InvalidMirror');
  assert.ok(!town.network.take().some((call) => call.includes('getTerms')));
});

test('a mirror of an earlier version that tells no terms is refused in words that say so, and senseless terms are none', async () => {
  const town = await Town.make();
  const asked = () => town.house.get('app.holdfast.bridge.preview', { url: town.mirror.url });
  town.mirror.keptDays = 1_000_000_000;
  const refused = await asked();
  assertRefused(refused, 502, 'MirrorRefused');
  assert.match(String(refused.body['message']), /makes no sense/);
  town.mirror.keptDays = 36_500;
  assert.equal(((await asked()).body['terms'] as { days: number }).days, 36_500);
  town.mirror.tellsTerms = false;
  const old = await asked();
  assertRefused(old, 502, 'MirrorRefused');
  assert.match(String(old.body['message']), /^Your data here is safe\. This mirror is of an older version/);
});

test('what is no address of a mirror is refused', async () => {
  const { house, network, mirror } = await Town.make();
  network.add('https://other.test', async () => Response.json({ hello: 'there' }));
  network.add('https://alias.test', (request) => network.fetch(request.url.replace('alias', 'mirror')));
  const refuses = async (url: string, status: number, code: string): Promise<void> => {
    assertRefused(await house.get('app.holdfast.bridge.preview', { url }), status, code);
  };
  for (const url of ['mirror.test', 'ftp://mirror.test', 'https://mirror.test/path', 'https://mirror.test?x', 'https://me@mirror.test', 'http://mirror.test']) {
    await refuses(url, 400, 'InvalidMirror');
  }
  for (const url of ['https://other.test', 'https://alias.test']) await refuses(url, 400, 'InvalidMirror');
  await refuses('https://nobody.test', 502, 'MirrorUnreachable');
  const secure = new Request('https://house.test/xrpc/app.holdfast.bridge.preview?url=http://mirror.test');
  const answer = await house.pds.fetch(secure, { kind: 'owner' });
  assert.equal((await answer.json() as { error: string }).error, 'MixedContent');
  mirror.stop();
  await refuses(mirror.url, 502, 'MirrorUnreachable');
});
