import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readEvent } from '../../test/support/event-facts.ts';
import { ask, json, MirrorHouse, note, startTestMirror } from '../../test/support/running-mirror.ts';
import type { RunningTestMirror, Told } from '../../test/support/running-mirror.ts';
import { cidOf, formatDidKey, TidClock } from '../protocol/index.ts';
import { openMirrorStore } from '../storage/sqlite/index.ts';
import { seededP256Signer } from '../testing/index.ts';

const CAR = { 'content-type': 'application/vnd.ipld.car' };
const refused = ({ status, body }: Told): unknown[] => [status, body['error']];

async function typesOf(mirror: RunningTestMirror): Promise<string[]> {
  return (await mirror.frames()).map((frame) => String(readEvent(frame).type));
}

describe('an account at a mirror', () => {
  let mirror: RunningTestMirror;
  const logged: string[] = [];
  before(async () => {
    mirror = await startTestMirror({ log: (line) => logged.push(line) });
  });
  after(() => mirror.close());

  const served = (method: string, house: MirrorHouse): Promise<Told> => ask(mirror, `/xrpc/com.atproto.sync.${method}?did=${house.did}`);

  it('comes, step by step, each as good twice as once; and the network hears of it once', async () => {
    const house = await MirrorHouse.make(mirror, 1, [note('one')]);
    house.register();
    assert.deepEqual(await house.enroll(), { url: mirror.url, status: 'pairing', handle: house.handle });
    assert.deepEqual(await house.enroll(), { url: mirror.url, status: 'pairing', handle: house.handle });
    const { commit } = house.repository;
    const head = { commit: commit.cid.toString(), rev: commit.rev, data: commit.data.toString() };
    assert.deepEqual(await house.putRepo(), { head });
    assert.deepEqual(await house.putRepo(), { head });
    assert.deepEqual(await house.enroll(), { url: mirror.url, status: 'pairing', handle: house.handle, head });
    assert.deepEqual(refused(await served('getRepoStatus', house)), [400, 'RepoNotFound']);
    assert.deepEqual(await typesOf(mirror), []);
    house.move();
    const { receipt: first } = await house.expect('activate', {}) as { receipt: Record<string, unknown> };
    const { receipt: again } = await house.expect('activate', {}) as { receipt: Record<string, unknown> };
    assert.deepEqual({ ...again, sig: undefined }, { ...first, sig: undefined });
    assert.deepEqual(await house.enroll(), { url: mirror.url, status: 'active', handle: house.handle, head });
    assert.deepEqual(await typesOf(mirror), ['#account', '#identity', '#sync']);
    assert.deepEqual((await served('getRepoStatus', house)).body, { did: house.did, active: true, rev: commit.rev });
    assert.deepEqual([first['did'], first['commit'], first['rev']], [house.did, commit.cid.toString(), commit.rev]);
  });

  it('goes, and nothing of it is served any more; and may come again', async () => {
    const house = await MirrorHouse.paired(mirror, 2, [note('one')]);
    assert.deepEqual(await house.expect('leave', {}), {});
    assert.deepEqual(refused(await house.call('leave')), [400, 'AccountNotFound']);
    assert.deepEqual(refused(await served('getRepo', house)), [400, 'RepoNotFound']);
    assert.deepEqual(refused(await ask(mirror, `/xrpc/com.atproto.identity.resolveHandle?handle=${house.handle}`)), [400, 'HandleNotFound']);
    const last = readEvent((await mirror.frames()).at(-1)!);
    assert.deepEqual([last.type, last.body['active'], last.body['status']], ['#account', false, 'deleted']);
    await house.pair();
    assert.equal((await served('getRepo', house)).status, 200);
  });

  it('that has moved away before it goes is not called deleted', async () => {
    const house = await MirrorHouse.paired(mirror, 3);
    house.move('https://elsewhere.example');
    const before = await typesOf(mirror);
    await house.expect('leave', {});
    assert.equal((await typesOf(mirror)).length, before.length - 1, 'its #sync is gone, and nothing was told');
  });

  const handles: readonly (readonly [handle: string, error: string])[] = [
    ['alice.example.com', 'UnsupportedDomain'], ['holdfast.test', 'UnsupportedDomain'], ['aliceholdfast.test', 'UnsupportedDomain'],
    ['a.b.holdfast.test', 'InvalidRequest'], ['ab.holdfast.test', 'InvalidRequest'], [`${'a'.repeat(31)}.holdfast.test`, 'InvalidRequest'],
    ['no handle', 'InvalidRequest'], ['admin.holdfast.test', 'HandleNotAvailable'], ['WWW.holdfast.test', 'HandleNotAvailable'],
  ];
  for (const [handle, error] of handles) {
    it(`may not be ${handle}: ${error}`, async () => {
      const house = await MirrorHouse.make(mirror, 4);
      house.register();
      assert.deepEqual(refused(await house.call('enroll', json({ handle }))), [400, error]);
      assert.deepEqual(refused(await house.call('activate')), [400, 'AccountNotFound']);
    });
  }

  it('has its handle alone, whatever the case, and may change it while it is pairing', async () => {
    const [first, second] = [await MirrorHouse.make(mirror, 5), await MirrorHouse.make(mirror, 6)];
    for (const house of [first, second]) house.register();
    await first.enroll({ handle: 'Same.holdfast.test' });
    assert.deepEqual(refused(await second.call('enroll', json({ handle: 'same.holdfast.test' }))), [400, 'HandleNotAvailable']);
    await second.enroll({ handle: 'other.holdfast.test' });
    assert.deepEqual(refused(await second.call('enroll', json({ handle: 'same.holdfast.test' }))), [400, 'HandleNotAvailable']);
    await first.enroll({ handle: 'another.holdfast.test' });
    assert.deepEqual(await second.enroll({ handle: 'same.holdfast.test' }), { url: mirror.url, status: 'pairing', handle: 'same.holdfast.test' });
  });

  it('is not begun before a repository is here, and the DID document names mirror, handle and key', async () => {
    const house = await MirrorHouse.make(mirror, 8, [note('one')]);
    house.register();
    await house.enroll();
    const before = await typesOf(mirror);
    house.move();
    assert.deepEqual(refused(await house.call('activate')), [400, 'RepoNotFound']);
    await house.putRepo();
    house.register();
    assert.deepEqual(refused(await house.call('activate')), [400, 'IdentityMismatch']);
    house.move('https://elsewhere.example');
    assert.deepEqual(refused(await house.call('activate')), [400, 'IdentityMismatch']);
    house.move(mirror.url, 'stranger.holdfast.test');
    assert.deepEqual(refused(await house.call('activate')), [400, 'IdentityMismatch']);
    const old = house.signer;
    house.signer = await seededP256Signer(new Uint8Array(32).fill(77));
    house.move();
    house.signer = old;
    assert.deepEqual(refused(await house.call('activate')), [400, 'IdentityMismatch']);
    assert.deepEqual(await typesOf(mirror), before);
    house.move();
    // It forgets what it has just read.
    await mirror.restart();
    await house.expect('activate', {});
  });

  it('comes back under a name of its owner\'s own; the one that it had here is told no more, and stays for it', async () => {
    const house = await MirrorHouse.paired(mirror, 22, [note('one')]);
    const elsewhere = 'https://elsewhere.example';
    const primary = { url: elsewhere, key: formatDidKey((await seededP256Signer(new Uint8Array(32).fill(9))).publicKey) };
    house.move(elsewhere, 'own.example');
    await house.expect('enroll', json({ primary }));
    await house.expect('enroll', json({}));
    house.move(mirror.url, 'stranger.holdfast.test');
    assert.deepEqual(refused(await house.call('activate')), [400, 'IdentityMismatch']);
    house.move(mirror.url, 'own.example');
    await house.expect('activate', {});
    const [account, identity, sync] = (await mirror.frames()).slice(-3).map(readEvent);
    assert.deepEqual([account!.type, identity!.type, identity!.body['handle'], sync!.type], ['#account', '#identity', undefined, '#sync']);
    const { body: described } = await ask(mirror, `/xrpc/com.atproto.repo.describeRepo?repo=${house.did}`);
    assert.deepEqual([described['handle'], described['handleIsCorrect']], ['own.example', false]);
    const other = await MirrorHouse.make(mirror, 23);
    other.register();
    assert.deepEqual(refused(await other.call('enroll', json({ handle: house.handle }))), [400, 'HandleNotAvailable']);
  });

  it('hands over a repository, and one that is wrong changes nothing', async () => {
    const house = await MirrorHouse.paired(mirror, 9, [note('one')]);
    const whole = await house.car();
    await house.write([note('two')]);
    const next = await house.car();
    const other = await MirrorHouse.make(mirror, 10, [note('one')]);
    const before = (await mirror.frames()).length;
    const put = (body: Uint8Array<ArrayBuffer>): Promise<Told> => house.call('putRepo', { body, headers: CAR });
    assert.deepEqual(refused(await put(next.subarray(0, next.length - 40))), [400, 'InvalidRepo']);
    assert.deepEqual(refused(await put(await other.car())), [400, 'InvalidRepo']);
    assert.deepEqual(refused(await put(new Uint8Array(3))), [400, 'InvalidRepo']);
    assert.deepEqual(refused(await house.call('putRepo', { body: next, headers: { 'content-type': 'text/plain' } })), [400, 'InvalidRequest']);
    assert.equal((await mirror.frames()).length, before);
    assert.notEqual((await served('getLatestCommit', house)).body['rev'], house.repository.rev);
    assert.equal((await put(next)).status, 200);
    assert.deepEqual(refused(await put(whole)), [400, 'StaleRev']);
    await house.write([note('three')], new TidClock({ clockId: 9, now: () => Date.now() + 180_000 }));
    assert.deepEqual(refused(await put(await house.car())), [400, 'FutureRev']);
    assert.equal((await mirror.frames()).length, before + 1);
  });

  it('keeps no repository that is too large', async () => {
    await mirror.restart({ repoBytes: 2_000 });
    try {
      const house = await MirrorHouse.make(mirror, 11, [note('one', 'x'.repeat(3_000))]);
      house.register();
      await house.enroll();
      assert.deepEqual(refused(await house.call('putRepo', { body: await house.car(), headers: CAR })), [413, 'RepoTooLarge']);
    } finally {
      await mirror.restart();
    }
  });

  const bytes = new TextEncoder().encode('<script>alert(1)</script>');
  const cid = cidOf(bytes, 'raw');

  it('misses blobs until they come; then they are served so that they do not run', async () => {
    const pic = { $type: 'blob', ref: cid, mimeType: 'text/html', size: bytes.length };
    const house = await MirrorHouse.paired(mirror, 12, [note('one', 'one', { pic })]);
    const missing = async (): Promise<unknown> => (await house.call('listMissingBlobs', { method: 'GET' })).body;
    assert.deepEqual(await missing(), { cids: [cid.toString()] });
    assert.deepEqual(refused(await house.putBlob(new TextEncoder().encode('else'), cid)), [400, 'InvalidBlob']);
    assert.equal((await house.putBlob(bytes, cid, 'text/html')).status, 200);
    assert.equal((await house.putBlob(bytes, cid, 'text/html')).status, 200);
    assert.deepEqual(await missing(), { cids: [] });
    const part = await fetch(`${mirror.url}/xrpc/com.atproto.sync.getBlob?did=${house.did}&cid=${cid.toString()}`, { headers: { range: 'bytes=1-2' } });
    assert.deepEqual([part.status, (await part.arrayBuffer()).byteLength, part.headers.get('content-range')?.startsWith('bytes 1-2/')], [206, 2, true]);
    const { status, headers, body } = await ask(mirror, `/xrpc/com.atproto.sync.getBlob?did=${house.did}&cid=${cid.toString()}`);
    assert.deepEqual([status, body['text']], [200, new TextDecoder().decode(bytes)]);
    assert.equal(headers.get('content-security-policy'), "default-src 'none'; sandbox");
    assert.equal(headers.get('content-disposition'), `attachment; filename="${cid.toString()}"`);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.deepEqual((await served('listBlobs', house)).body['cids'], [cid.toString()]);
  });

  it('keeps blobs within limits, and only while it is here itself', async () => {
    const house = await MirrorHouse.paired(mirror, 13);
    const large = new Uint8Array(1_000_001);
    assert.deepEqual(refused(await house.putBlob(large)), [413, 'BlobTooLarge']);
    const unannounced = (blob: Uint8Array): Promise<Told> => {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(blob);
          controller.close();
        },
      });
      const init: RequestInit & { readonly duplex: 'half' } = { body, duplex: 'half', headers: { 'content-type': 'text/plain' } };
      return house.call('putBlob', init, `?cid=${cidOf(blob, 'raw').toString()}`);
    };
    assert.deepEqual(refused(await unannounced(large)), [413, 'BlobTooLarge']);
    for (let index = 0; index < 5; index++) assert.equal((await house.putBlob(new Uint8Array(1_000_000).fill(index))).status, 200);
    assert.deepEqual(refused(await house.putBlob(new Uint8Array(1_000).fill(9))), [413, 'QuotaExceeded']);
    assert.deepEqual(refused(await unannounced(new Uint8Array(1_000).fill(9))), [413, 'QuotaExceeded']);
    const stranger = await MirrorHouse.make(mirror, 14);
    stranger.register();
    assert.deepEqual(refused(await stranger.putBlob(bytes)), [400, 'AccountNotFound']);
  });

  for (const [seed, status, name] of [[15, 'takendown', 'RepoTakendown'], [16, 'deactivated', 'RepoDeactivated'], [17, 'suspended', 'RepoSuspended']] as const) {
    it(`is not served when it is ${status}, which everybody may know`, async () => {
      const house = await MirrorHouse.paired(mirror, seed, [note('one')]);
      await mirror.restart({}, async () => {
        const { store, close } = await openMirrorStore(mirror.folder);
        await store.update(house.did, { status });
        await close();
      });
      for (const method of ['getRepo', 'getLatestCommit', 'listBlobs']) assert.deepEqual(refused(await served(method, house)), [400, name]);
      assert.deepEqual((await served('getRepoStatus', house)).body, { did: house.did, active: false, status });
      await house.write([note('two')]);
      if (status === 'deactivated') {
        await house.putRepo();
        await house.expect('activate', {});
        assert.equal((await served('getRepo', house)).status, 200);
      } else {
        assert.deepEqual(refused(await house.call('enroll', json({}))), [400, 'AccountTakedown']);
        assert.deepEqual(refused(await house.call('activate')), [400, 'AccountTakedown']);
        assert.deepEqual(refused(await house.call('putRepo', { body: await house.car(), headers: CAR })), [400, 'AccountInactive']);
      }
      await house.expect('leave', {});
    });
  }

  it('leaves no token and no key in the log', () => {
    assert.ok(logged.length > 20);
    for (const line of logged) assert.doesNotMatch(line, /ey[A-Za-z0-9_-]{20,}|PRIVATE|Bearer/);
  });
});

it('a mirror by invitation takes one account for each', async () => {
  const mirror = await startTestMirror({ settings: { invites: ['spring', 'summer'] } });
  try {
    const [first, second] = [await MirrorHouse.make(mirror, 1), await MirrorHouse.make(mirror, 2)];
    for (const house of [first, second]) house.register();
    const enroll = (house: MirrorHouse, invite?: string): Promise<Told> => house.call('enroll', json({ handle: house.handle, invite }));
    assert.deepEqual(refused(await enroll(first)), [400, 'InvalidInviteCode']);
    assert.deepEqual(refused(await enroll(first, 'autumn')), [400, 'InvalidInviteCode']);
    assert.equal((await enroll(first, 'spring')).status, 200);
    assert.equal((await enroll(first, 'spring')).status, 200);
    assert.deepEqual(refused(await enroll(second, 'spring')), [400, 'InvalidInviteCode']);
    assert.equal((await enroll(second, 'summer')).status, 200);
  } finally {
    await mirror.close();
  }
});
