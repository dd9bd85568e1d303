import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { it } from 'node:test';
import { consume, resolverOf } from '../support/consumers.ts';
import { makeRestorable } from '../support/restorable.ts';
import { drivenStreet } from './support/driven.ts';
import { choose, fileOf, headOf, press } from './support/backups.ts';
import { post, succeed } from './support/house.ts';
import { mirrored, travel } from './support/journey.ts';
import { find, LOOKS, openPage, visit } from './support/page.ts';

const app = drivenStreet();

it('an account is made, paired, read by others, lost, brought back from its mirror, and read by others again', async () => {
  const troubles: string[] = [];
  await travel({
    app,
    async open() {
      const watched = await openPage(app.browser, app.url, LOOKS['desktop, light']!);
      return {
        page: watched.page,
        async close() {
          // Mirror and directory are the owner's choice; anything else would be a stranger.
          troubles.push(...watched.troubles.filter((trouble) => ![app.mirror, app.directory, app.relay].some((known) => trouble.includes(known))));
          await watched.page.browserContext().close();
        },
      };
    },
  });
  assert.deepEqual(troubles, []);
});

it('10,000 records are restored, paired, read back from the mirror byte for byte, and consumed through the relay', async () => {
  const made = await makeRestorable({ records: 10_000, seed: 9 });
  const car = new Uint8Array(await made.car.arrayBuffer());
  const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light']!);
  await visit(page, `${app.url}/restore`);
  await choose(page, 'holdfast-restore >>> #car', fileOf('large.car', car));
  await choose(page, 'holdfast-restore >>> #kit', fileOf('large.age', new Uint8Array(await made.kit.arrayBuffer())));
  await (await find(page, 'holdfast-restore >>> #passphrase')).type(made.passphrase);
  await press(page, 'holdfast-restore >>> #start');
  await page.waitForSelector('>>> holdfast-restored >>> #back', { timeout: 120_000 });
  const { did } = made;
  await succeed(page, 'app.holdfast.bridge.pair', { input: { did, url: app.mirror }, requestId: crypto.randomUUID() });
  await visit(page, `${app.url}/mirror`);
  await mirrored(page, did);
  const answer = await fetch(`${app.mirror}/xrpc/com.atproto.sync.getRepo?did=${did}`);
  const given = new Uint8Array(await answer.arrayBuffer());
  const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  assert.deepEqual([given.length, hash(given)], [car.length, hash(car)], 'the mirror gives another file than the one that was restored');

  const consumer = consume(app.relay, resolverOf(app));
  try {
    await consumer.until((event) => event.event === 'sync' && event.did === did && event.rev === made.rev, 'the #sync of 10,000 records', 60_000);
    await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, 'One more.'), requestId: crypto.randomUUID() });
    const { rev } = await headOf(page, did);
    await consumer.until((event) => event.event === 'create' && event.did === did && event.rev === rev, 'a post on top of them', 60_000);
    assert.deepEqual(consumer.errors, []);
  } finally {
    await consumer.close();
  }
});
