import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { AtpAgent } from '@atproto/api';
import { verifyRepoCar } from '@atproto/repo';
import { consume, resolverOf } from '../support/consumers.ts';
import type { Consumer } from '../support/consumers.ts';
import { makeHouse, startWorld, succeed } from '../support/street-world.ts';
import type { NodeHouse, World } from '../support/street-world.ts';

const POST = 'app.bsky.feed.post';
const EARLY = '3jzfcijpj2z2a';
const LIVES = '3jzfcijpj2z2b';

/** Who wrote none of our code reads what a house signs, behind the mirror and behind the relay. */
describe('consumers written by others', () => {
  let world: World;
  let alice: NodeHouse;
  const consumers: Consumer[] = [];
  before(async () => {
    world = await startWorld();
    alice = await makeHouse(world);
    await alice.post('before pairing', EARLY);
    await alice.pair();
    const resolver = resolverOf(world);
    consumers.push(consume(world.mirror, resolver), consume(world.relay, resolver));
  });
  after(async () => {
    alice.disconnect();
    await Promise.all(consumers.map((consumer) => consumer.close()));
    await world.close();
  });

  it('hear that the account is here', async () => {
    for (const consumer of consumers) {
      await consumer.until(({ event, did }) => event === 'sync' && did === alice.did, '#sync');
      assert.deepEqual(consumer.events.map(({ event }) => event).slice(0, 3), ['account', 'identity', 'sync']);
    }
  });

  it('receive a create, an update and a delete, and accept every signature and proof', async () => {
    await alice.post('one', LIVES);
    await succeed(alice.house, 'com.atproto.repo.putRecord', { repo: alice.did, collection: POST, rkey: LIVES, record: { $type: POST, text: 'two', createdAt: '2026-01-01T00:00:00Z' } });
    await succeed(alice.house, 'com.atproto.repo.deleteRecord', { repo: alice.did, collection: POST, rkey: LIVES });
    for (const consumer of consumers) {
      for (const kind of ['create', 'update', 'delete']) {
        await consumer.until((event) => event.event === kind && 'rkey' in event && event.rkey === LIVES, kind);
      }
      assert.deepEqual(consumer.errors, []);
    }
  });

  it('verify the repository that the mirror gives', async () => {
    const answer = await fetch(`${world.mirror}/xrpc/com.atproto.sync.getRepo?did=${alice.did}`);
    const car = new Uint8Array(await answer.arrayBuffer());
    const account = await alice.house.store.account(alice.did as never);
    const { creates } = await verifyRepoCar(car, alice.did, account!.signingKey);
    assert.deepEqual(creates.map(({ collection, rkey }) => `${collection}/${rkey}`), [`${POST}/${EARLY}`]);
    assert.deepEqual(Buffer.from(car), Buffer.from(await alice.house.car(alice.did as never)), 'the mirror gives another repository than the house');
  });

  it('read records and a blob through the mirror', async () => {
    const bytes = new TextEncoder().encode('a picture, more or less');
    const upload = await alice.house.fetch('com.atproto.repo.uploadBlob', {
      method: 'POST', body: bytes, headers: { 'content-type': 'image/png', 'holdfast-account': alice.did, 'holdfast-request-id': crypto.randomUUID() },
    });
    const { blob } = await upload.json() as { blob: { ref: { $link: string } } };
    await succeed(alice.house, 'com.atproto.repo.putRecord', { repo: alice.did, collection: 'app.bsky.actor.profile', rkey: 'self', record: { $type: 'app.bsky.actor.profile', displayName: 'Alice', avatar: blob } });
    await consumers[0]!.until((event) => 'rkey' in event && event.rkey === 'self', 'the profile');
    const agent = new AtpAgent({ service: world.mirror });
    const { data: { records } } = await agent.com.atproto.repo.listRecords({ repo: alice.did, collection: POST });
    assert.deepEqual(records.map(({ value }) => value['text']), ['before pairing']);
    const { data: profile } = await agent.com.atproto.repo.getRecord({ repo: alice.did, collection: 'app.bsky.actor.profile', rkey: 'self' });
    assert.equal(profile.value['displayName'], 'Alice');
    const { data: picture } = await agent.com.atproto.sync.getBlob({ did: alice.did, cid: blob.ref.$link });
    assert.deepEqual(new Uint8Array(picture), bytes);
    const { data: described } = await agent.com.atproto.repo.describeRepo({ repo: alice.did });
    assert.deepEqual(described.collections, ['app.bsky.actor.profile', POST]);
  });

  it('resolve the DID, and the handle in both directions', async () => {
    const { did, handle } = resolverOf(world);
    const data = await did.resolveAtprotoData(alice.did, true);
    assert.deepEqual([data.pds, data.handle], [world.mirror, 'alice.holdfast.test']);
    assert.equal(await handle.resolve('alice.holdfast.test'), alice.did);
    const agent = new AtpAgent({ service: world.mirror });
    assert.equal((await agent.com.atproto.identity.resolveHandle({ handle: 'alice.holdfast.test' })).data.did, alice.did);
  });

  it('find no rule broken in all that mirror and relay ever sent', async () => {
    await world.check();
  });
});
