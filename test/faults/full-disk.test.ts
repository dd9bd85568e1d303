// The browser has no room left, really: Chromium is told of a small quota, and refuses what is written.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { servePages } from '../e2e/support/app.ts';
import { call, makeAccount, succeed } from '../e2e/support/house.ts';
import { RealHouse } from './support/real-house.ts';
import { stateOf } from './support/state.ts';
import type { Site } from '../e2e/support/app.ts';

/** So long the browser remembers how much room there was. */
const REMEMBERED_MS = 32_000;
const NOTE = 'app.holdfast.note';

let site: Site;
let house: RealHouse;

before(async () => {
  site = await servePages();
  house = new RealHouse(site.url);
  await house.start();
});
after(async () => {
  await house.end();
  await site.stop();
});

it('a full disk refuses a write whole, says so, and the house goes on once there is room', async (context) => {
  const { page } = house;
  const { did } = await makeAccount(page);
  const session = await page.createCDPSession();
  const quota = (bytes?: number): Promise<void> => session.send('Storage.overrideQuotaForOrigin', { origin: site.url, ...(bytes !== undefined && { quotaSize: bytes }) });
  const write = (number: number) => call(page, 'com.atproto.repo.putRecord', {
    input: { repo: did, collection: NOTE, rkey: `n${number}`, record: { $type: NOTE, text: 'x'.repeat(500_000), number } }, requestId: `a-large-write-${number}`,
  });
  await succeed(page, 'com.atproto.repo.putRecord', { input: { repo: did, collection: NOTE, rkey: 'first', record: { $type: NOTE } }, requestId: 'the-first-write' });
  const { usage } = await session.send('Storage.getUsageAndQuota', { origin: site.url });
  await quota(usage + 3_000_000);
  await pause(REMEMBERED_MS);
  let number = 0;
  let answer = await write(number);
  while (answer.status === 200 && number < 100) answer = await write(++number);
  assert.equal(answer.status, 507, JSON.stringify(answer.body));
  assert.equal(answer.body['error'], 'StorageFull');
  const full = await stateOf(page, did);
  assert.equal(full.records.size, 1 + number, 'what was acknowledged is there, what was refused is not');
  assert.equal(full.commits, 1 + number);
  await quota();
  await pause(REMEMBERED_MS / 8);
  for (let tries = 0; answer.status === 507 && tries < 12; tries++) {
    answer = await write(number);
    if (answer.status === 507) await pause(REMEMBERED_MS / 8);
  }
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const last = await stateOf(page, did);
  assert.equal(last.records.size, 2 + number);
  assert.equal(last.commits, 2 + number);
  context.diagnostic(`count: refused for want of room after ${number} writes: 1`);
});
