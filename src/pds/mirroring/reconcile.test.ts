import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createP256Signer, datetimeFromMs, decodeCbor, generateP256Key, TidClock } from '../../protocol/index.ts';
import { carBytes, readCar, Repository } from '../../repo/index.ts';
import { MemoryBlockStore } from '../../storage/memory/index.ts';
import { comeAndGo } from '../../../test/support/come-and-go.ts';
import { Pair } from '../../../test/support/mirrored-pair.ts';
import { ALICE, NOTE } from '../../../test/support/pds-house.ts';
import type { CommitChanges, HouseStore } from '../ports/house-store.ts';
import { StoreError } from '../ports/store-error.ts';

/** Two houses that both have what the mirror has, and its receipt. */
async function twoHouses(wrap?: (store: HouseStore) => HouseStore): Promise<readonly [Pair, Pair]> {
  const one = await Pair.met(0, wrap);
  for (const key of ['a', 'b', 'c']) await one.put(key, `${key} at first`);
  await one.talk();
  const two = await one.another();
  assert.equal(await two.talk(), 'idle');
  return [one, two];
}

test('what another house wrote comes here, with its commits as they are', async () => {
  const [one, two] = await twoHouses();
  await two.put('d', 'from two');
  await two.delete('a');
  await two.talk();
  assert.equal(await one.talk(), 'idle');
  await one.assertMirrored();
  assert.equal(await one.house.head(), await two.house.head());
  await one.house.store.maintain(ALICE.did);
  assert.deepEqual(await one.notes(), { b: 'b at first', c: 'c at first', d: 'from two' });
  const [entry] = await one.house.store.history(ALICE.did, { limit: 1 });
  assert.deepEqual(entry?.operations.map(({ action, path }) => `${action} ${path}`), [`delete ${NOTE}/a`, `create ${NOTE}/d`]);
  await one.put('e', 'and on');
  assert.equal(await one.talk(), 'idle');
  await one.assertMirrored();
  assert.ok(!one.mirror.calls.includes('putRepo'));
});

test('what both houses wrote apart is brought together, and nothing is lost', async () => {
  const [one, two] = await twoHouses();
  await two.put('two', 'from two');
  await two.put('b', 'two changed it');
  await two.talk();
  await one.put('one', 'from one');
  await one.put('c', 'one changed it');
  await one.delete('a');
  assert.equal(await one.talk(), 'idle');
  await one.assertMirrored();
  assert.equal((await one.known()).notice, undefined);
  const both = { b: 'two changed it', c: 'one changed it', one: 'from one', two: 'from two' };
  await one.house.store.maintain(ALICE.did);
  assert.deepEqual(await one.notes(), both);
  assert.equal(await two.talk(), 'idle');
  assert.deepEqual(await two.notes(), both);
  assert.equal(await two.house.head(), await one.house.head());
  assert.ok(!one.mirror.calls.includes('putRepo'), 'it went as a commit, which the mirror compares with what it holds');
});

test('what came from another house is not taken for written here, when that house goes on meanwhile', async () => {
  const [one, two] = await twoHouses();
  await one.put('k', 'one at first');
  await one.talk();
  await two.put('two', 'from two');
  // The second house goes on from the first, and does not come to send what it made of both.
  const { head } = (await one.mirror.store.account(ALICE.did))!;
  const now = Date.now();
  await two.desk.greet({ type: '#welcome', time: datetimeFromMs(now), limits: { blobBytes: 1, repoBytes: 1, aheadMs: 120_000 }, head: head! }, now, now);
  assert.equal((await two.notes())['k'], 'one at first');
  await one.put('k', 'one has changed it');
  await one.delete('a');
  await one.talk();
  for (const house of [two, one]) assert.equal(await house.talk(), 'idle');
  const both = { b: 'b at first', c: 'c at first', k: 'one has changed it', two: 'from two' };
  for (const house of [one, two]) assert.deepEqual(await house.notes(), both);
  assert.equal((await two.known()).notice, undefined);
});

test('where another house has deleted everything, that is done here too, and what was written here stays', async () => {
  const [one, two] = await twoHouses();
  for (const key of ['a', 'b', 'c']) await two.delete(key);
  await two.talk();
  await one.put('one', 'from one');
  assert.equal(await one.talk(), 'idle');
  await one.assertMirrored();
  assert.equal(await two.talk(), 'idle');
  for (const house of [one, two]) assert.deepEqual(await house.notes(), { one: 'from one' });
  assert.ok(!one.mirror.calls.includes('putRepo'), 'it went as a commit, which the mirror compares with what it holds');
});

test('a clock that was set back while a copy was read is no fork', async () => {
  const [one, two] = await twoHouses();
  await two.put('two', 'from two');
  await two.talk();
  one.mirror.before = async (method) => {
    if (method === 'com.atproto.sync.getRepo') one.ahead = -3_600_000;
  };
  assert.notEqual(await one.talk(), 'idle');
  assert.equal((await one.known()).alarm, undefined);
  assert.equal(await one.talk(), 'idle');
  await one.assertMirrored();
});

test('where both changed a record, what was written here is current, the other version is kept, and the owner is told', async () => {
  const [one, two] = await twoHouses();
  await two.put('a', 'two wrote this');
  await two.delete('b');
  await two.put('c', 'the same');
  await two.talk();
  await one.put('a', 'one wrote this');
  await one.put('b', 'one kept it');
  await one.put('c', 'the same');
  assert.equal(await one.talk(), 'idle');
  await one.assertMirrored();
  assert.deepEqual(await one.notes(), { a: 'one wrote this', b: 'one kept it', c: 'the same' });
  const { notice } = await one.known();
  assert.equal(notice?.code, 'conflict');
  assert.match(notice.message, /^Your records are safe here\. .*2 records.*app\.holdfast\.note\/a, app\.holdfast\.note\/b\.$/);
  const [entry] = await one.house.store.history(ALICE.did, { limit: 1 });
  assert.equal((decodeCbor(entry!.previous.get(`${NOTE}/a`)!) as { text: string }).text, 'two wrote this');
  const { did } = ALICE;
  await one.house.post('app.holdfast.bridge.setPaused', { did, paused: false });
  await one.house.post('app.holdfast.bridge.readNotice', { did, time: '2026-01-01T00:00:00.000Z' });
  assert.deepEqual((await one.known()).notice, notice, 'whoever ends a pause, or has read another, has not read it');
  const { body } = await one.house.post('app.holdfast.bridge.readNotice', { did, time: notice.time });
  assert.equal((body['mirror'] as { notice?: object }).notice, undefined);
});

test('of a record that both changed either version can be seen, and the other one taken, also where one of them deleted it', async () => {
  const [one, two] = await twoHouses();
  const { did } = ALICE;
  const at = (rkey: string): string => `${NOTE}/${rkey}`;
  await two.put('a', 'two wrote this');
  await two.delete('b');
  await two.put('c', 'two went on');
  await two.talk();
  await one.put('a', 'one wrote this');
  await one.put('b', 'one kept it');
  await one.delete('c');
  await one.talk();
  const { conflicts = [] } = (await one.known()).notice!;
  assert.deepEqual(conflicts.map(({ path }) => path), ['a', 'b', 'c'].map(at));
  const { rev } = conflicts[0]!;
  const texts = await Promise.all(conflicts.map(async ({ path }) => {
    const { status, body } = await one.house.get('app.holdfast.history.get', { did, rev, path });
    assert.equal(status, 200, JSON.stringify(body));
    return [body['before'], body['after']].map((record) => (record as { text?: string } | undefined)?.text);
  }));
  assert.deepEqual(texts, [['two wrote this', 'one wrote this'], [undefined, 'one kept it'], ['two went on', undefined]]);
  for (const { path } of conflicts) {
    assert.equal((await one.house.post('app.holdfast.history.undo', { did, rev, path })).status, 200, path);
  }
  assert.deepEqual(await one.notes(), { a: 'two wrote this', c: 'two went on' });
  assert.equal(await one.talk(), 'idle');
  await one.assertMirrored();
});

test('a conflict that was not looked at stays when there is another', async () => {
  const [one, two] = await twoHouses();
  const clash = async (...rkeys: readonly string[]): Promise<void> => {
    for (const rkey of rkeys) await two.put(rkey, `two, ${Math.random()}`);
    await two.talk();
    for (const rkey of rkeys) await one.put(rkey, `one, ${Math.random()}`);
    await one.talk();
    await two.talk();
  };
  await clash('a', 'b');
  const { rev } = (await one.known()).notice!.conflicts![0]!;
  await clash('b', 'c');
  const { conflicts = [] } = (await one.known()).notice!;
  assert.deepEqual(conflicts.map(({ path }) => path.at(-1)), ['a', 'b', 'c']);
  assert.deepEqual(conflicts.map((each) => each.rev === rev), [true, false, false]);
});

test('of more conflicts than are listed the new ones are, and all are counted', async () => {
  const [one, two] = await twoHouses();
  const clash = async (name: string, count: number): Promise<void> => {
    for (const [house, text] of [[two, 'of two'], [one, 'of one']] as const) {
      const writes = Array.from({ length: count }, (_, index) => ({
        $type: 'com.atproto.repo.applyWrites#create', collection: NOTE, rkey: `${name}${index}`, value: { $type: NOTE, text },
      }));
      for (const some of [writes.slice(0, 150), writes.slice(150)]) {
        const { status, body } = await house.house.post('com.atproto.repo.applyWrites', { repo: ALICE.did, writes: some });
        assert.equal(status, 200, JSON.stringify(body));
      }
      assert.equal(await house.talk(), 'idle');
    }
    await two.talk();
  };
  const told = async (name: string): Promise<unknown[]> => {
    const { body } = await one.house.get('app.holdfast.bridge.describe', { did: ALICE.did });
    const { conflicts, message, unlisted } = (body['mirror'] as { notice: { conflicts: { path: string }[]; message: string; unlisted?: number } }).notice;
    return [conflicts.length, unlisted, / changed (\d+) records /.exec(message)?.[1], conflicts.filter(({ path }) => path.startsWith(`${NOTE}/${name}`)).length];
  };
  await clash('n', 205);
  assert.deepEqual(await told('n'), [200, 5, '205', 200]);
  await clash('z', 10);
  assert.deepEqual(await told('z'), [200, 15, '215', 10]);
});

test('what was done and undone here does not touch what the other house wrote', async () => {
  const [one, two] = await twoHouses();
  await two.put('a', 'two wrote this');
  await two.talk();
  await one.put('a', 'a thought');
  await one.put('a', 'a at first');
  assert.equal(await one.talk(), 'idle');
  assert.equal((await one.notes())['a'], 'two wrote this');
  assert.equal(await one.house.head(), await two.house.head());
});

test('what the mirror took from here without our hearing of it, and was taken back here since, stays taken back', async () => {
  const [one, two] = await twoHouses();
  const { acknowledged } = await one.known();
  await one.put('late', 'soon gone');
  await one.put('c', 'for a while');
  await one.delete('b');
  await one.talk();
  // As when the disk was full while the receipt came.
  await one.house.store.update(ALICE.did, { mirror: { ...await one.known(), acknowledged: acknowledged! } });
  await two.talk();
  await two.put('two', 'from two');
  await two.talk();
  await one.delete('late');
  await one.put('c', 'c at first');
  await one.put('b', 'b at first');
  assert.equal(await one.talk(), 'idle');
  const both = { a: 'a at first', b: 'b at first', c: 'c at first', two: 'from two' };
  assert.deepEqual(await one.notes(), both);
  assert.equal((await one.known()).notice, undefined, 'the other version was ours');
  assert.equal(await two.talk(), 'idle');
  assert.deepEqual(await two.notes(), both);
});

test('more than goes into one commit goes as one repository', async () => {
  const [one, two] = await twoHouses();
  await two.put('two', 'from two');
  await two.talk();
  for (let index = 0; index < 201; index++) await one.put(`n${index}`, String(index));
  assert.equal(await one.talk(), 'idle');
  await one.assertMirrored();
  assert.ok(one.mirror.calls.includes('putRepo'));
  assert.equal(Object.keys(await one.notes()).length, 205);
  assert.equal(await two.talk(), 'idle');
  assert.deepEqual(await two.notes(), await one.notes());
});

test('a blob that the other house posted comes along', async () => {
  const [one, two] = await twoHouses();
  const uploaded = await two.house.fetch('com.atproto.repo.uploadBlob', { method: 'POST', body: new Uint8Array([1, 2, 3]), headers: { 'content-type': 'image/png' } });
  const { blob } = await uploaded.json() as { blob: { ref: { $link: string } } };
  await two.house.create({ $type: NOTE, text: 'with a picture', picture: blob });
  await two.talk();
  assert.deepEqual([...two.mirror.blobs.keys()], [blob.ref.$link]);
  await one.talk();
  const got = await one.house.fetch('com.atproto.sync.getBlob', { query: { did: ALICE.did, cid: blob.ref.$link } });
  assert.deepEqual([got.status, new Uint8Array(await got.arrayBuffer())], [200, new Uint8Array([1, 2, 3])]);
});

test('a state that another key has signed, or that is not right, is an alarm, and nothing is taken', async () => {
  const [one] = await twoHouses();
  await one.put('mine', 'and here it stays');
  const before = await one.notes();
  const head = await one.house.head();
  const signer = await createP256Signer(await generateP256Key(false));
  const forged = await Repository.create(new MemoryBlockStore(), ALICE.did, { signer, clock: new TidClock() });
  one.mirror.accountKey = () => signer.publicKey;
  await one.mirror.begin(carBytes(forged.commit.cid, forged.newBlocks));
  assert.equal(await one.talk(), 'stopped');
  assert.match(await one.assertAlarm('fork', 1), /not signed by the key of this house/);
  assert.deepEqual([await one.notes(), await one.house.head()], [before, head]);
});

test('a mirror that shows less than it says, or shows nothing, changes nothing', async () => {
  const [one, two] = await twoHouses();
  const old = await two.house.car();
  await two.put('d', 'from two');
  await two.talk();
  const head = await one.house.head();
  one.mirror.instead = (method) => (method.endsWith('getRepo') ? new Response('', { status: 503 }) : undefined);
  assert.notEqual(await one.talk(), 'idle');
  assert.equal((await one.known()).alarm, undefined);
  one.mirror.instead = (method) => (method.endsWith('getRepo') ? new Response(old as Uint8Array<ArrayBuffer>) : undefined);
  assert.equal(await one.talk(), 'stopped');
  await one.assertAlarm('fork', 0);
  assert.equal(await one.house.head(), head);
  assert.equal(readCar(await one.house.car()).root.toString(), head);
});

test('what another house writes while this one hands over is not replaced, but taken in', async () => {
  const [one, two] = await twoHouses();
  for (let index = 0; index < 501; index++) await one.put(`n${index}`, String(index));
  let isWritten = false;
  one.mirror.before = async (method) => {
    if (!method.endsWith('putRepo') || isWritten) return;
    isWritten = true;
    await two.put('two', 'from two, confirmed');
    assert.equal(await two.talk(), 'idle');
  };
  assert.notEqual(await one.talk(), 'idle');
  assert.equal((await one.known()).alarm, undefined);
  assert.equal((await two.notes())['two'], 'from two, confirmed');
  assert.equal(await one.talk(), 'idle');
  await one.assertMirrored();
  assert.equal((await one.notes())['two'], 'from two, confirmed');
  assert.equal(Object.keys(await one.notes()).length, 505);
});

test('three houses that come and go, with clocks that differ, agree in the end, and no note that was written once is lost', async () => {
  const one = await Pair.met();
  const [two, three] = [await one.another(), await one.another()];
  [two.ahead, three.ahead] = [-7_200_000, 25_000];
  await comeAndGo([one, two, three], 7, 120);
});

test('a house that is stopped between letting go of its outbox and going on does so the next time', async () => {
  for (const what of ['going on', 'signing anew'] as const) {
    let failures = 0;
    const [one, two] = await twoHouses((store) => failing(store, () => failures-- > 0));
    if (what === 'going on') {
      await two.put('two', 'from two');
      await two.talk();
    } else one.ahead = 600_000;
    await one.put('one', 'from one');
    failures = 1;
    assert.notEqual(await one.talk(), 'idle');
    assert.equal((await one.known()).alarm, undefined);
    assert.equal((await one.house.store.outboxSize(ALICE.did)).commits, 0);
    assert.equal(await one.talk(), 'idle');
    await one.assertMirrored();
    const notes = await one.notes();
    assert.equal(notes['one'], 'from one');
    if (what === 'going on') assert.equal(notes['two'], 'from two', 'what another house had confirmed was replaced');
  }
});

test('a house that is stopped before it has noted on what it went on loses nothing of either', async () => {
  for (const count of [1, 201]) {
    let failures = 1;
    const [one, two] = await twoHouses((store) => new Proxy(store, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown;
        if (name !== 'update') return typeof value === 'function' ? value.bind(target) as unknown : value;
        return async (...given: Parameters<typeof target.update>) => {
          if (given[1].mirror?.builtOn !== undefined && failures-- > 0) throw new StoreError('StorageFull', 'as the test wants it');
          return target.update(...given);
        };
      },
    }));
    await two.put('two', 'from two');
    await two.talk();
    for (let index = 0; index < count; index++) await one.put(`one${index}`, `from one, ${index}`);
    assert.notEqual(await one.talk(), 'idle');
    assert.equal(await one.talk(), 'idle');
    await one.assertMirrored();
    const notes = await one.notes();
    assert.deepEqual([notes['two'], notes['one0'], notes[`one${count - 1}`]], ['from two', 'from one, 0', `from one, ${count - 1}`]);
    assert.ok(failures < 1, 'the fault did not fire');
  }
});

test('an outbox with a damaged row is sent as one repository', async () => {
  let isDamaged = false;
  const one = await Pair.met(1, (store) => new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (name === 'outbox' && isDamaged) return () => Promise.reject(new StoreError('StoreDamaged', 'as the test wants it'));
      return typeof value === 'function' ? value.bind(target) as unknown : value;
    },
  }));
  await one.write();
  isDamaged = true;
  await one.talk();
  isDamaged = false;
  assert.ok(one.mirror.calls.includes('putRepo'));
  await one.assertMirrored();
});

/** A store whose commits fail as a full disk lets them, while `isBroken`. */
function failing(store: HouseStore, isBroken: () => boolean): HouseStore {
  return new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (name === 'commit') return async (...changes: CommitChanges) => (isBroken() ? Promise.reject(new StoreError('StorageFull', 'as the test wants it')) : target.commit(...changes));
      return typeof value === 'function' ? value.bind(target) as unknown : value;
    },
  });
}
