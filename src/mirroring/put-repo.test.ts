import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { DID, House, k256, post } from '../../test/support/house.ts';
import { TestMirror } from '../../test/support/mirror.ts';
import { cidOf, formatDidKey, parseDid } from '../protocol/index.ts';
import { carBytes, carStream, readCar, Repository } from '../repo/index.ts';
import type { Write } from '../repo/index.ts';
import { MirrorRefusal } from './mirror-refusal.ts';

const create = (name: string, record = post(name)): Write => ({ action: 'create', path: `app.bsky.feed.post/${name}`, record });

async function paired(stillMs?: number): Promise<{ readonly house: House; readonly mirror: TestMirror }> {
  const house = await House.create([create('one'), create('two')]);
  return { house, mirror: await TestMirror.of(house, {}, stillMs) };
}

function refusal(code: string, reason?: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof MirrorRefusal, String(error));
    assert.deepEqual([error.code, error.details['reason']], [code, reason]);
    return true;
  };
}

test('an account that is being paired is taken in without a word to the network', async () => {
  const house = await House.create([create('one')]);
  const mirror = new TestMirror();
  await mirror.store.enroll({ did: DID });
  const { head, receipt } = await mirror.ingest.putRepo(DID, house.export());
  assert.ok(head.cid.equals(house.repository.commit.cid) && receipt === undefined && mirror.announced.length === 0);
  await mirror.assertCopyOf(house);
  await mirror.activate(house);
  await mirror.ingest.commit(DID, (await house.write([create('two')])).message);
  await mirror.assertCopyOf(house);
});

test('a long absence is one #sync, and commits go on from there', async () => {
  const { house, mirror } = await paired();
  for (let index = 0; index < 5; index++) await house.write([create(`away-${index}`)]);
  const before = mirror.announced.length;
  const { receipt } = await mirror.ingest.putRepo(DID, house.export());
  await mirror.assertReceipt(receipt!);
  assert.deepEqual(mirror.announced.slice(before).map(({ type, seq }) => [type, seq]), [['#sync', receipt!.seq]]);
  await mirror.assertCopyOf(house);
  await mirror.ingest.commit(DID, (await house.write([create('back')])).message);
  await mirror.assertCopyOf(house);
});

test('another key is told of before the #sync of what it signed, and the receipt is of that', async () => {
  const { mirror } = await paired();
  const house = await House.create([create('one')], { signer: k256 });
  mirror.keys.current = k256.publicKey;
  const before = mirror.announced.length;
  const { receipt } = await mirror.ingest.putRepo(DID, house.export());
  await mirror.assertReceipt(receipt!);
  assert.deepEqual(mirror.announced.slice(before).map(({ type }) => type), ['#identity', '#sync']);
  assert.equal((await mirror.account()).told?.seq, receipt!.seq);
});

test('handing over what is held changes nothing, and gives the receipt of then', async () => {
  const { house, mirror } = await paired();
  const { receipt: first } = await (await house.write([create('three')]), mirror.ingest.putRepo(DID, house.export()));
  const before = await mirror.state();
  const { head, receipt } = await mirror.ingest.putRepo(DID, house.export());
  assert.ok(head.cid.equals(first!.commit));
  assert.deepEqual([receipt!.seq, receipt!.time], [first!.seq, first!.time]);
  assert.equal(await mirror.state(), before);
});

test('blobs and records are counted, also where one record has two paths', async () => {
  const { mirror } = await paired();
  const blob = { $type: 'blob', ref: cidOf(Uint8Array.of(1), 'raw'), mimeType: 'image/png', size: 1 };
  const named = { ...post('picture'), blob };
  const house = await House.create([create('a', named), create('z', named), create('plain')]);
  const noted = new Map<string, string>();
  const copy = mirror.store.copy.bind(mirror.store);
  mirror.store.copy = async (did) => {
    const writer = await copy(did);
    return { ...writer, add: (blocks, blobs) => {
      for (const [path, cids] of blobs ?? []) noted.set(path, String(cids));
      return writer.add(blocks, blobs);
    } };
  };
  await mirror.ingest.putRepo(DID, house.export());
  assert.deepEqual([...noted], [['app.bsky.feed.post/a', String(blob.ref)], ['app.bsky.feed.post/z', String(blob.ref)]]);
  assert.deepEqual([...(await mirror.account()).collections], [['app.bsky.feed.post', 3]]);
});

const refused: readonly {
  readonly why: string; readonly code: string; readonly reason?: string; readonly limits?: { readonly repoBytes: number };
  readonly car: (house: House, mirror: TestMirror) => Promise<Uint8Array>;
}[] = [
  { why: 'an older head', code: 'StaleRev', car: async (house, mirror) => {
    const before = await house.car();
    await mirror.ingest.commit(DID, (await house.write([create('later')])).message);
    return before;
  } },
  { why: 'a rev too far ahead', code: 'FutureRev', car: async (house, mirror) => {
    await house.write([create('later')]);
    mirror.ahead = -121_000;
    return house.car();
  } },
  { why: 'another signature', code: 'InvalidRepo', reason: 'CommitSignature', car: async (house) => {
    const { commit } = await house.repository.write([], { signer: k256, clock: house.author.clock });
    return carBytes(commit.cid, [commit, ...readCar(await house.car()).blocks.slice(1)]);
  } },
  { why: 'the repository of another', code: 'InvalidRepo', reason: 'CommitDid', car: async (house) => {
    const { commit, newBlocks } = await Repository.create(house.store, parseDid('did:web:mallory.test'), house.author);
    return carBytes(commit.cid, newBlocks);
  } },
  { why: 'a missing record', code: 'InvalidRepo', reason: 'BlockMissing', car: async (house) => {
    await house.write([create('later')]);
    const { root, blocks } = readCar(await house.car());
    return carBytes(root, blocks.slice(0, -1));
  } },
  { why: 'a truncated CAR', code: 'InvalidRepo', reason: 'CarTruncated', car: async (house) => {
    await house.write([create('later')]);
    return (await house.car()).slice(0, -2);
  } },
  { why: 'no CAR', code: 'InvalidRepo', reason: 'CarHeader', car: async () => new TextEncoder().encode('<html>'.repeat(20)) },
  { why: 'too much', code: 'RepoTooLarge', reason: 'BudgetExceeded', limits: { repoBytes: 3_000 }, car: async (house) => {
    await house.write([create('later', post('x'.repeat(3_000)))]);
    return house.car();
  } },
];

for (const { why, code, reason, limits, car } of refused) {
  test(`refuses ${why}, and what is there stays`, async () => {
    const house = await House.create([create('one'), create('two')]);
    const mirror = await TestMirror.of(house, limits);
    const bytes = await car(house, mirror);
    const before = await mirror.state();
    await assert.rejects(mirror.ingest.putRepo(DID, bytes), refusal(code, reason));
    assert.equal(await mirror.state(), before);
  });
}

test('an account that is not here, or taken down, hands nothing over', async () => {
  const house = await House.create();
  const mirror = new TestMirror();
  await assert.rejects(mirror.ingest.putRepo(DID, await house.car()), refusal('AccountMissing'));
  await mirror.store.enroll({ did: DID });
  await mirror.store.update(DID, { status: 'takendown' });
  await assert.rejects(mirror.ingest.putRepo(DID, await house.car()), refusal('AccountInactive'));
});

test('an account that another server serves by now hands nothing over', async () => {
  const { house, mirror } = await paired();
  await house.write([create('three')]);
  const before = await mirror.state();
  mirror.isAnothers = true;
  await assert.rejects(mirror.ingest.putRepo(DID, await house.car()), refusal('AccountInactive'));
  assert.equal(await mirror.state(), before);
});

test('a source that breaks off leaves nothing, and its own error is what is told', async () => {
  const { house, mirror } = await paired();
  await house.write([create('three')]);
  const car = await house.car();
  const before = await mirror.state();
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield car.subarray(0, 100);
    throw new Error('reset by peer');
  }
  await assert.rejects(mirror.ingest.putRepo(DID, breaking()), { message: 'reset by peer' });
  const stop = new AbortController();
  async function* stopping(): AsyncGenerator<Uint8Array> {
    yield car.subarray(0, 100);
    stop.abort(new Error('enough'));
    yield car.subarray(100);
  }
  await assert.rejects(mirror.ingest.putRepo(DID, stopping(), stop.signal), { message: 'enough' });
  assert.equal(await mirror.state(), before);
});

test('a commit that comes while a repository is being read decides whether it is still wanted', async () => {
  const { house, mirror } = await paired();
  const { message } = await house.write([create('three')]);
  const { message: next } = await house.write([create('four')]);
  const { commit, tree } = house.repository;
  const car = await house.car();
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield car.subarray(0, 200);
    await mirror.ingest.commit(DID, message);
    yield car.subarray(200);
  }
  const { head } = await mirror.ingest.putRepo(DID, slow());
  assert.ok(head.cid.equals(commit.cid) && head.data.equals(tree.root));
  await mirror.assertReceipt(await mirror.ingest.commit(DID, next));

  const { message: last } = await house.write([create('five')]);
  const later = await house.car();
  async function* tooSlow(): AsyncGenerator<Uint8Array> {
    yield later.subarray(0, 200);
    await mirror.ingest.commit(DID, last);
    await mirror.ingest.commit(DID, (await house.write([create('six')])).message);
    yield later.subarray(200);
  }
  await assert.rejects(mirror.ingest.putRepo(DID, tooSlow()), refusal('StaleRev'));
  await mirror.assertCopyOf(house);
});

test('what is there is replaced only if it is what the house thinks, also when it changes while the repository is read', async () => {
  const { house, mirror } = await paired();
  const { head: before } = await mirror.account();
  const { message } = await house.write([create('three')]);
  await house.write([create('four')]);
  const car = await house.car();
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield car.subarray(0, 200);
    await mirror.ingest.commit(DID, message);
    yield car.subarray(200);
  }
  await assert.rejects(mirror.ingest.putRepo(DID, slow(), undefined, before!.cid), refusal('StaleHead'));
  await assert.rejects(mirror.ingest.putRepo(DID, car, undefined, before!.cid), refusal('StaleHead'));
  const { head } = await mirror.ingest.putRepo(DID, car, undefined, message.commit);
  assert.ok((await mirror.ingest.putRepo(DID, car, undefined, before!.cid)).head.cid.equals(head.cid), 'what is held already is no change');
  await mirror.assertCopyOf(house);
});

test('the key that signed is kept with the copy, looked up again where it has changed', async () => {
  const { house, mirror } = await paired();
  mirror.keys.current = k256.publicKey;
  const { commit } = await house.repository.write([], { signer: k256, clock: house.author.clock });
  const blocks = readCar(await house.car()).blocks.slice(1);
  await mirror.ingest.putRepo(DID, carStream(commit.cid, (async function* runs() {
    yield [commit, ...blocks];
  })()));
  assert.equal((await mirror.account()).signingKey, formatDidKey(k256.publicKey));
  assert.deepEqual(mirror.keys.asked.slice(-2), [false, true]);
});

test('one repository of an account comes at a time: where it stands still the next ends it, and what came of it is gone', async () => {
  const { house, mirror } = await paired(10);
  await house.write([create('three')]);
  const car = await house.car();
  const before = await mirror.state();
  async function* dead(): AsyncGenerator<Uint8Array> {
    yield car.subarray(0, -10);
    await new Promise(() => undefined);
  }
  const all = Array.from({ length: 3 }, () => assert.rejects(mirror.ingest.putRepo(DID, dead()), refusal('StaleHead')));
  const stop = new AbortController();
  const last = assert.rejects(mirror.ingest.putRepo(DID, dead(), stop.signal), { message: 'enough' });
  await Promise.all(all);
  assert.equal(await mirror.state(), before);
  stop.abort(new Error('enough'));
  await last;
  await mirror.ingest.putRepo(DID, car);
  await mirror.assertCopyOf(house);
});

test('as long as a repository comes on the next waits, unread', async () => {
  const { house, mirror } = await paired(3_600_000);
  await house.write([create('three')]);
  const car = await house.car();
  const goOn = Promise.withResolvers<void>();
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield car.subarray(0, 100);
    await goOn.promise;
    yield car.subarray(100);
  }
  let isRead = false;
  async function* next(): AsyncGenerator<Uint8Array> {
    isRead = true;
    yield car;
  }
  const [first, second] = [mirror.ingest.putRepo(DID, slow()), mirror.ingest.putRepo(DID, next())];
  await pause(20);
  assert.equal(isRead, false);
  goOn.resolve();
  // What the second brings is here by then.
  assert.ok((await first).head.cid.equals((await second).head.cid));
  await mirror.assertCopyOf(house);
});
