import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DID, House, post } from '../../test/support/house.ts';
import { TestMirror } from '../../test/support/mirror.ts';
import type { Write } from '../repo/index.ts';
import type { CopyHead } from './ports/mirror-store.ts';

const PRIMARY = { url: 'https://first.test', key: 'did:key:zDnaembgSGUhZULN2Caob4HLJPaxBh92N7rtH21TErzqf8HQo' };
const create = (name: string): Write => ({ action: 'create', path: `app.bsky.feed.post/${name}`, record: post(name) });

/** A standby that has the house's account as it is. */
async function standby(): Promise<{ readonly house: House; readonly mirror: TestMirror }> {
  const house = await House.create([create('one'), create('two')]);
  const mirror = new TestMirror();
  await mirror.store.enroll({ did: DID });
  await mirror.store.update(DID, { primary: PRIMARY });
  await mirror.ingest.followRepo(DID, house.export(), house.repository.commit.cid);
  return { house, mirror };
}

async function unchanged(mirror: TestMirror, work: () => Promise<unknown>, code: string): Promise<void> {
  const before = await mirror.state();
  await assert.rejects(work(), { code });
  assert.equal(await mirror.state(), before);
}

test('what the primary has confirmed is taken, commit by commit, without a word to the network', async () => {
  const { house, mirror } = await standby();
  const messages = [await house.write([create('three')]), await house.write([{ action: 'delete', path: 'app.bsky.feed.post/one' }])].map(({ message }) => message);
  let head: CopyHead | undefined;
  for (const message of messages) head = await mirror.ingest.follow(DID, message);
  assert.ok(head!.cid.equals(house.repository.commit.cid));
  await mirror.assertCopyOf(house);
  const before = await mirror.state();
  assert.ok((await mirror.ingest.follow(DID, messages[0]!)).cid.equals(head!.cid), 'what is held is no change');
  assert.equal(await mirror.state(), before);
  assert.deepEqual([mirror.announced, await mirror.log()], [[], []]);
});

test('what a house sends is not taken, nor a commit that does not follow, nor another repository than the confirmed one', async () => {
  const { house, mirror } = await standby();
  const [first, second] = [(await house.write([create('three')])).message, (await house.write([create('four')])).message];
  await unchanged(mirror, () => mirror.ingest.commit(DID, first), 'AccountInactive');
  await unchanged(mirror, () => mirror.ingest.putRepo(DID, house.export()), 'AccountInactive');
  await unchanged(mirror, () => mirror.ingest.follow(DID, second), 'StaleHead');
  await unchanged(mirror, () => mirror.ingest.follow(DID, { ...first, blocks: first.blocks.slice(0, -1) }), 'InvalidCommit');
  await unchanged(mirror, () => mirror.ingest.followRepo(DID, house.export(), first.commit), 'StaleHead');
  await mirror.ingest.followRepo(DID, house.export(), second.commit);
  await mirror.assertCopyOf(house);
});

test('it takes the place of its primary with what it has, and follows nobody from then on', async () => {
  const { house, mirror } = await standby();
  await mirror.store.update(DID, { primary: undefined });
  await mirror.activate(house);
  const { message } = await house.write([create('three')]);
  await unchanged(mirror, () => mirror.ingest.follow(DID, message), 'AccountInactive');
  await mirror.assertReceipt(await mirror.ingest.commit(DID, message));
  await mirror.assertCopyOf(house);
});
