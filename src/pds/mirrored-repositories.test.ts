import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHandle } from '../protocol/index.ts';
import { Repository } from '../repo/index.ts';
import { MemoryMirrorStore } from '../storage/memory/index.ts';
import { createOf, MirroredAccount } from '../testing/index.ts';
import { repositoriesOf } from './index.ts';

const HANDLE = parseHandle('ann.mirror.test');

test('an account is known once it has been paired, and by the head that it had when it was deleted', async () => {
  const store = new MemoryMirrorStore();
  const repositories = repositoriesOf(store);
  const account = await MirroredAccount.make(store, 1, 3);
  await store.enroll({ did: account.did, handle: HANDLE });
  assert.equal(await repositories.account(account.did), undefined);
  await account.handOver(store, { expected: undefined });
  assert.equal(await repositories.account(account.did), undefined);
  await assert.rejects(repositories.reading(account.did, async () => 0), { code: 'AccountMissing' });
  await store.update(account.did, { status: 'active' });
  const { cid, rev, data } = account.repository.commit;
  assert.deepEqual(await repositories.accountNamed(HANDLE), {
    did: account.did, handle: HANDLE, status: 'active', head: { cid: cid.detached(), rev, data: data.detached() },
    collections: new Map([['app.holdfast.test', 3]]), signingKey: account.signingKey,
  });
  await store.remove(account.did);
  const deleted = await repositories.account(account.did);
  assert.deepEqual([deleted?.status, deleted?.head.rev], ['deleted', rev]);
});

test('a read stays at its head while the account goes on', async () => {
  const store = new MemoryMirrorStore();
  const account = await MirroredAccount.kept(store, 1, 20);
  const { cid, rev } = account.repository.commit;
  await repositoriesOf(store).reading(account.did, async ({ head }, reader) => {
    await account.write(store, [createOf(30, 'a')]);
    assert.ok(head.cid.equals(cid));
    const { tree } = await Repository.open(reader, head.cid);
    let records = 0;
    for await (const _ of tree.entries()) records++;
    assert.equal(records, 20);
  });
  const newer = [];
  for await (const blocks of repositoriesOf(store).blocksSince!(account.did, rev)) newer.push(...blocks);
  assert.ok(newer.length > 0 && newer.every((block) => !block.cid.equals(account.repository.commit.cid)), 'the commit is among the blocks');
});
