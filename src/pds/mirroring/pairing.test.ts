import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordsToCompare } from '../../mirroring/index.ts';
import { createP256Signer, formatDidKey, parseDid, parseHandle } from '../../protocol/index.ts';
import { operationOf, signOperation } from '../../identity/index.ts';
import { FakeDirectory, FakeMirror } from '../../../test/support/fake-street.ts';
import type { FaultPlace } from '../../../test/support/fake-network.ts';
import { assertRefused } from '../../../test/support/pds-house.ts';
import { StoreError } from '../index.ts';
import { Town } from '../../../test/support/town.ts';

const LEAVE = 'app.holdfast.bridge.leave';

test('an account is paired: DID registered, repository and blobs handed over, the document names the mirror', async () => {
  const town = await Town.make({ handle: 'carol.example.com' });
  await town.write('before the pairing');
  const blob = await town.writeBlob();
  const feed = town.house.feed.open('1').body!.getReader();
  const told = await town.paired();
  await town.assertPaired();
  assert.equal((await town.account()).handle, 'carol.mirror.test');
  assert.deepEqual([told['state'], told['handle'], told['waiting']], ['active', 'carol.mirror.test', 0]);
  assert.equal((told['acked'] as { commit: string }).commit, await town.house.head(town.did));
  assert.deepEqual([...town.mirror.copy(town.did).blobs.keys()], [blob]);
  const { signingKey } = await town.account();
  const compared = { did: town.did, signingKey, mirrorDid: 'did:web:mirror.test', mirrorKey: formatDidKey((await town.mirror.signer).publicKey) };
  assert.deepEqual(told['words'], wordsToCompare(compared));
  assert.deepEqual(town.mirror.told, ['#identity', '#account', '#sync']);
  assert.equal(await town.operations(), 2);
  const lines: string[] = [];
  while (!lines.some((line) => line.includes('"activate","state":"done"'))) lines.push(...new TextDecoder().decode((await feed.read()).value).split('\n'));
  const steps = lines.filter((line) => line.includes('"step"')).map((line) => JSON.parse(line) as { request: string; step: string; state: string });
  assert.ok(steps.every(({ request }) => request === 'request-pair'));
  assert.deepEqual(steps.filter(({ state }) => state === 'done').map(({ step }) => step), [
    'mirror', 'directory', 'enroll', 'hand-over', 'blobs', 'identity', 'activate',
  ]);
});

test('pairing again with the same mirror changes nothing and uploads nothing', async () => {
  const town = await Town.make();
  await town.paired();
  town.network.take();
  const told = [...town.mirror.told];
  await town.paired();
  await town.assertPaired();
  assert.deepEqual([town.mirror.told, await town.operations()], [told, 2]);
  assert.deepEqual(town.network.take().filter((call) => call.includes('putRepo') || call.startsWith('POST directory')), []);
});

test('a call that fails, before or after its effect, stops the pairing; a repeat goes on, whatever is written between', async () => {
  const probe = await Town.make();
  await probe.writeBlob();
  probe.network.take();
  await probe.paired();
  const calls = probe.network.take();
  assert.equal(calls.length, 11, calls.join('\n'));
  for (let failing = 0; failing < calls.length; failing++) {
    for (const place of ['before', 'after'] satisfies FaultPlace[]) {
      const town = await Town.make();
      await town.writeBlob();
      let count = 0;
      town.network.fault = (_call, at) => at === place && count++ === failing;
      const answer = await town.pair();
      const at = `${place} ${calls[failing]}`;
      assert.ok(['MirrorUnreachable', 'DirectoryUnreachable'].includes(String(answer.body['error'])), `${at}: ${JSON.stringify(answer.body)}`);
      await town.write('written between');
      await town.paired();
      await town.assertPaired();
      assert.equal(await town.operations(), 2, at);
    }
  }
});

test('a worker that is stopped before or after any change of the store harms nothing: a repeat goes on', async () => {
  for (const place of ['before', 'after'] satisfies FaultPlace[]) {
    for (let failing = 0; ; failing++) {
      const town = await Town.make();
      await town.write('one');
      const { store } = town.house;
      const update = store.update.bind(store);
      let count = 0;
      store.update = async (...change) => {
        const isStopped = count++ === failing;
        if (isStopped && place === 'before') throw new StoreError('StoreClosed', 'The worker was stopped');
        const account = await update(...change);
        if (isStopped) throw new StoreError('StoreClosed', 'The worker was stopped');
        return account;
      };
      const answer = await town.pair();
      if (count <= failing) {
        assert.equal(answer.status, 200);
        assert.equal(failing, 5);
        break;
      }
      assertRefused(answer, 503, 'StoreClosed');
      await town.write('two');
      await town.paired();
      await town.assertPaired();
      assert.equal(await town.operations(), 2);
    }
  }
});

test('what is written while the repository is handed over waits in the outbox', async () => {
  const town = await Town.make();
  let isWritten = false;
  const { fetch } = town.network;
  const { house } = town;
  Object.assign(town.network, { fetch });
  town.network.fault = (call, place) => {
    if (place === 'after' && call.includes('putRepo') && !isWritten) {
      isWritten = true;
      void town.write('meanwhile');
    }
    return false;
  };
  await town.paired();
  await town.house.create({ text: 'after' }, { repo: town.did });
  const { mirror } = await town.account();
  const outbox = await house.store.outbox(town.did, { limit: 10 });
  assert.equal(outbox.length, 2);
  assert.ok(outbox.every(({ rev }) => rev > mirror!.acknowledged!.rev));
});

test('no one relies on an account whose kit nobody has shown', async () => {
  const town = await Town.make({ proven: false });
  assertRefused(await town.pair(), 400, 'KitUnproven');
  assert.deepEqual([(await town.account()).mirror, await town.operations()], [undefined, 0]);
});

test('a handle that is taken, another domain, and a missing invitation are refused by name; then another try succeeds', async () => {
  const town = await Town.make({ handle: 'carol.example.com' });
  town.mirror.invite = 'welcome';
  assertRefused(await town.pair(), 400, 'InvalidInviteCode');
  town.mirror.copies.set(parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz'), {
    handle: 'carol.mirror.test', status: 'active', seq: 0, named: new Set(), blobs: new Map(), aside: new Map(), kits: new Map(),
  });
  assertRefused(await town.pair({ invite: 'welcome' }), 400, 'HandleNotAvailable');
  assertRefused(await town.pair({ invite: 'welcome', handle: 'carol.other.test' }), 400, 'UnsupportedDomain');
  assert.equal((await town.account()).mirror, undefined);
  await town.paired({ invite: 'welcome', handle: 'Dave.mirror.test' });
  await town.assertPaired();
  assert.equal((await town.account()).handle, 'dave.mirror.test');
});

test('a clock that is far ahead signs nothing for the network', async () => {
  const town = await Town.make();
  town.mirror.behind = 60_000;
  assertRefused(await town.pair(), 400, 'ClockAhead');
  assert.equal(await town.operations(), 0);
});

test('without a directory nothing is begun; a directory that says no is told apart', async () => {
  const town = await Town.make();
  town.network.fault = (call) => call.includes('directory.test');
  assertRefused(await town.pair(), 502, 'DirectoryUnreachable');
  town.network.fault = () => false;
  town.network.add(FakeDirectory.url, async (request) => Response.json({ message: 'no more today' }, { status: request.method === 'POST' ? 429 : 404 }));
  const answer = await town.pair();
  assertRefused(answer, 502, 'DirectoryRefused');
  assert.match(String(answer.body['message']), /no more today/);
  assert.deepEqual([(await town.account()).mirror, (await town.account()).operations.length], [undefined, 1]);
});

test('keys that somebody else has changed stop the pairing, and nothing more is done', async () => {
  const town = await Town.make();
  await town.paired();
  const { rotation } = (await town.house.store.keys(town.did))!;
  const signer = await createP256Signer(rotation);
  const { data, head } = (await town.directory.log(town.did))!;
  const foreign = await signOperation(signer, operationOf({ ...data!, rotationKeys: [...data!.rotationKeys].reverse() }, head));
  await town.directory.add(town.did, foreign);
  const other = new FakeMirror(town.network, town.directory, 'second');
  assertRefused(await town.pair({ url: other.url }), 409, 'IdentityChanged');
  assert.deepEqual([await town.operations(), other.copies.size], [3, 0]);
  assert.equal((await town.account()).mirror?.url, town.mirror.url);
});

test('a mirror whose key changed, or whose receipt is not signed by it, is not relied on', async () => {
  const town = await Town.make();
  const { signer } = town.mirror;
  const { fetch } = town.network;
  town.network.fault = (call) => {
    if (call.includes('activate')) town.mirror.signer = new FakeMirror(town.network, town.directory, 'another').signer;
    return false;
  };
  assertRefused(await town.pair(), 502, 'MirrorRefused');
  assert.equal((await town.account()).mirror?.state, 'pairing');
  assert.ok(fetch);
  town.network.fault = () => false;
  assertRefused(await town.pair(), 400, 'InvalidMirror');
  town.mirror.signer = signer;
  await town.paired();
  await town.assertPaired();
});

test('a mirror that holds what this house does not know is not overwritten', async () => {
  const town = await Town.make();
  await town.write('one');
  await town.paired();
  const copy = town.mirror.copy(town.did);
  const { commit, rev } = copy.head!;
  copy.head = { commit: copy.head!.data, rev, data: copy.head!.commit };
  await town.write('two');
  const answer = await town.pair();
  assertRefused(answer, 502, 'MirrorRefused');
  assert.match(String(answer.body['message']), /has not written/);
  assert.equal(town.mirror.copy(town.did).head?.data, commit);
});

test('moving is one operation; the new mirror has everything, and the old one deletes its copy', async () => {
  const town = await Town.make({ handle: 'carol.example.com' });
  const blob = await town.writeBlob();
  await town.paired();
  const second = new FakeMirror(town.network, town.directory, 'second');
  await town.write('one more');
  await town.paired({ url: second.url });
  await town.assertPaired(second);
  assert.equal(await town.operations(), 3);
  assert.deepEqual([town.mirror.copies.size, [...second.copy(town.did).blobs.keys()]], [0, [blob]]);
  assert.equal(town.mirror.told.includes('#account deleted'), false);
});

test('a mirror that has several names is gone on with by the one that it tells, whichever was typed', async () => {
  const town = await Town.make({ handle: 'carol.example.com' });
  const typed = town.mirror.alsoCalled('another-name');
  for (let time = 0; time < 2; time++) {
    town.network.take();
    await town.paired({ url: typed });
    await town.assertPaired();
    const { mirror } = await town.account();
    assert.deepEqual([mirror?.url, mirror?.mirrorDid, mirror?.leaving], [town.mirror.url, town.mirror.did, undefined]);
    const calls = town.network.take().filter((call) => call.includes('another-name.test'));
    assert.deepEqual(calls, ['GET another-name.test app.holdfast.mirror.describe', 'POST another-name.test app.holdfast.mirror.enroll']);
    await town.write('more');
  }
  assert.equal(await town.operations(), 2);
  assertRefused(await town.house.post('app.holdfast.bridge.addStandby', { did: town.did, url: typed }), 400, 'InvalidMirror');
});

test('a mirror that sends an account to another than itself gets nothing', async () => {
  const town = await Town.make();
  const second = new FakeMirror(town.network, town.directory, 'second');
  town.mirror.url = second.url;
  assertRefused(await town.pair({ url: 'https://mirror.test' }), 400, 'InvalidMirror');
  assert.deepEqual([(await town.account()).mirror, second.copies.size], [undefined, 0]);
});

test('where the name is gone the same mirror is paired with under another, keeps its copy, and is not left', async () => {
  const town = await Town.make({ handle: 'carol.example.com' });
  await town.paired();
  await town.write('before');
  town.mirror.rename('new-name');
  await town.paired({ url: town.mirror.url });
  await town.assertPaired();
  const { mirror } = await town.account();
  assert.deepEqual([mirror?.url, mirror?.state, mirror?.leaving, town.mirror.copies.size], ['https://new-name.test', 'active', undefined, 1]);
  assert.equal(await town.operations(), 3);
});

test('an old mirror that does not answer is remembered, and asked again later', async () => {
  const town = await Town.make();
  await town.paired();
  const second = new FakeMirror(town.network, town.directory, 'second');
  town.mirror.stop();
  await town.paired({ url: second.url });
  assert.deepEqual((await town.account()).mirror?.leaving, [{ url: town.mirror.url, mirrorDid: town.mirror.did }]);
  assert.equal(town.mirror.copies.size, 1);
  town.mirror.start();
  await town.paired({ url: second.url });
  await town.assertPaired(second);
  assert.equal(town.mirror.copies.size, 0);
});

test('a move that was given up leads back to the first mirror, and the second one is left', async () => {
  const town = await Town.make();
  await town.paired();
  const second = new FakeMirror(town.network, town.directory, 'second');
  town.network.fault = (call) => call === 'POST second.test app.holdfast.mirror.putRepo';
  assertRefused(await town.pair({ url: second.url }), 502, 'MirrorUnreachable');
  await town.write('meanwhile');
  assert.equal((await town.account()).mirror?.url, second.url);
  await town.paired();
  await town.assertPaired();
  assert.deepEqual([second.copies.size, await town.operations()], [0, 2]);
});

test('leaving: the mirror deletes its copy, the network hears it, the document names no server; pairing again works', async () => {
  const town = await Town.make();
  await town.write('one');
  await town.paired();
  await town.write('waits');
  const answer = await town.house.post(LEAVE, { did: town.did });
  assert.deepEqual([answer.status, answer.body], [200, { deleted: true }]);
  assert.deepEqual([town.mirror.copies.size, town.mirror.told.at(-1)], [0, '#account deleted']);
  assert.equal((await town.account()).mirror, undefined);
  assert.deepEqual(await town.house.store.outboxSize(town.did), { commits: 0, bytes: 0 });
  assert.deepEqual((await town.directory.log(town.did))?.data?.services, {});
  await town.write('while alone');
  assertRefused(await town.house.post(LEAVE, { did: town.did }), 400, 'NotPaired');
  await town.paired();
  await town.assertPaired();
});

test('a mirror that does not answer is left only by force, and the next pairing takes its copy up again', async () => {
  const town = await Town.make();
  await town.write('one');
  await town.paired();
  town.mirror.stop();
  assertRefused(await town.house.post(LEAVE, { did: town.did }), 502, 'MirrorUnreachable');
  assert.equal((await town.account()).mirror?.state, 'active');
  const answer = await town.house.post(LEAVE, { did: town.did, force: true });
  assert.deepEqual(answer.body, { deleted: false });
  assert.equal((await town.account()).mirror, undefined);
  town.mirror.start();
  await town.write('two');
  await town.paired();
  await town.assertPaired();
});

test('blobs are sent when asked for, and those that nobody has are counted', async () => {
  const town = await Town.make();
  const blob = await town.writeBlob();
  await town.paired();
  const { blobs } = town.mirror.copy(town.did);
  blobs.clear();
  const send = async (more: object = {}): Promise<unknown> => (await town.house.post('app.holdfast.bridge.sendBlobs', { did: town.did, ...more })).body;
  const unknown = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy';
  assert.deepEqual(await send({ cids: [blob, unknown] }), { sent: 1, missing: 1 });
  assert.deepEqual(await send(), { sent: 0, missing: 0 });
  blobs.clear();
  town.mirror.maxBlobBytes = 4;
  assert.deepEqual(await send(), { sent: 0, missing: 1 });
  const described = async (): Promise<unknown> => ((await town.house.get('app.holdfast.bridge.describe', { did: town.did })).body['mirror'] as { missingBlobs?: number }).missingBlobs;
  assert.equal(await described(), 1, 'the owner is not told what the mirror lacks');
  town.mirror.maxBlobBytes = 1_000_000;
  assert.deepEqual(await send(), { sent: 1, missing: 0 });
  assert.equal(await described(), 0);
});

test('a directory that has lost the DID is told of it again', async () => {
  const town = await Town.make();
  await town.paired();
  town.directory.forget(town.did);
  await town.paired();
  await town.assertPaired();
});

const own = parseHandle('ada.own.example');

/** A paired account that got a name of its owner's domain since. */
async function named(): Promise<Town> {
  const town = await Town.make({ handle: 'ada.example.com' });
  await town.paired();
  const { data, head } = (await town.directory.log(town.did))!;
  const signer = await createP256Signer((await town.house.store.keys(town.did))!.rotation);
  await town.directory.add(town.did, await signOperation(signer, operationOf({ ...data!, alsoKnownAs: [`at://${own}`] }, head)));
  await town.house.store.update(town.did, { handle: own });
  return town;
}

test('a name of the owner’s own domain stays when the account moves, however often that is begun, and gives way to a wish', async () => {
  const town = await named();
  const [second, third] = ['second', 'third'].map((name) => new FakeMirror(town.network, town.directory, name)) as [FakeMirror, FakeMirror];
  const says = async (): Promise<unknown> => [(await town.account()).handle, (await town.directory.log(town.did))?.data?.alsoKnownAs];
  for (const place of ['enroll', 'putRepo', 'activate']) {
    town.network.fault = (call, when) => when === 'after' && call === `POST second.test app.holdfast.mirror.${place}`;
    assert.equal((await town.pair({ url: second.url })).status, 502);
  }
  town.network.fault = () => false;
  await town.paired({ url: second.url });
  assert.deepEqual([await says(), second.copy(town.did).handle, await town.operations()], [[own, [`at://${own}`]], undefined, 4]);
  await town.paired({ url: second.url });
  await town.paired({ url: town.mirror.url });
  assert.deepEqual(await says(), [own, [`at://${own}`]]);
  await town.paired({ url: third.url, handle: 'ada.third.test' });
  assert.deepEqual(await says(), ['ada.third.test', ['at://ada.third.test']]);
  await town.paired({ url: second.url });
  assert.deepEqual(await says(), ['ada.second.test', ['at://ada.second.test']]);
});

test('a pairing that was begun elsewhere keeps no name that no mirror gave and nobody looked up', async () => {
  const town = await Town.make({ handle: 'ada.example.com' });
  const second = new FakeMirror(town.network, town.directory, 'second');
  town.network.fault = (call) => call === 'POST mirror.test app.holdfast.mirror.putRepo';
  assert.equal((await town.pair()).status, 502);
  await town.paired({ url: second.url });
  assert.equal((await town.account()).handle, 'ada.second.test');
});

test('a name of the owner’s own domain stays when the account is paired with the same mirror again', async () => {
  const town = await named();
  await town.paired();
  const { handle, mirror } = await town.account();
  assert.deepEqual([handle, mirror?.state, await town.operations()], [own, 'active', 3]);
  assert.deepEqual((await town.directory.log(town.did))?.data?.alsoKnownAs, [`at://${own}`]);
});
