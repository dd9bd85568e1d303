import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { request } from 'node:http';
import type { ClientRequest } from 'node:http';
import { join } from 'node:path';
import { it } from 'node:test';
import { OPERATOR, operated } from '../../test/support/operator.ts';
import { MirrorHouse, note, startTestMirror } from '../../test/support/running-mirror.ts';
import { until } from '../../test/support/until.ts';
import { cidOf } from '../protocol/index.ts';

/** Sends a body that does not end; what is answered goes to `statuses`. */
async function begin(house: MirrorHouse, method: string, query: string, sent: Uint8Array, statuses: number[], headers: object): Promise<ClientRequest> {
  const authorization = `Bearer ${await house.token(method)}`;
  const asked = request(`${house.mirror.url}/xrpc/app.holdfast.mirror.${method}${query}`, { method: 'POST', headers: { authorization, ...headers } });
  // One that is refused is cut off.
  asked.on('error', () => undefined);
  asked.on('response', ({ statusCode }) => statuses.push(statusCode!));
  asked.write(sent);
  return asked;
}

for (const isAnnounced of [true, false]) {
  it(`many blobs that come at once lie within the room of their account, ${isAnnounced ? 'announced' : 'and nobody says how large they are'}`, async (t) => {
    const mirror = await startTestMirror({ settings: { operator: OPERATOR } });
    t.after(() => mirror.close());
    const house = await MirrorHouse.paired(mirror, 1);
    await operated(mirror, 'updateAccount', { did: house.did, terms: { blobBytes: 1_000_000 } });
    const statuses: number[] = [];
    const headers = { 'content-type': 'image/png', ...(isAnnounced && { 'content-length': 400_000 }) };
    const asked = await Promise.all(Array.from({ length: 12 }, (_, seed) => {
      const bytes = new Uint8Array(400_000).fill(seed + 1);
      return begin(house, 'putBlob', `?cid=${cidOf(bytes, 'raw').toString()}`, bytes.subarray(0, 390_000), statuses, headers);
    }));
    // Those that grow side by side may refuse one another.
    await until('what has no room is refused', () => statuses.length >= 10);
    const aside = join(mirror.folder, 'blobs', 'new');
    const lies = readdirSync(aside).reduce((sum, name) => sum + statSync(join(aside, name)).size, 0);
    assert.deepEqual([new Set(statuses), lies <= 1_100_000], [new Set([413]), true], `${lies} bytes`);
    for (const each of asked) each.destroy();
    await until('what broke off has gone', () => readdirSync(aside).length === 0);
    assert.equal((await house.putBlob(new Uint8Array(900_000))).status, 200);
  });
}

it('of a repository that comes many times at once one lies aside, and whoever hands it over anew is heard', async (t) => {
  const mirror = await startTestMirror();
  t.after(() => mirror.close());
  const house = await MirrorHouse.make(mirror, 2);
  house.register();
  await house.enroll();
  for (let day = 0; day < 5; day++) await house.write(Array.from({ length: 10 }, (_, index) => note(`n${day}-${index}`, 'x'.repeat(20_000) + day + index)));
  const car = await house.car();
  const size = (): number => ['mirror.db', 'mirror.db-wal'].reduce((sum, name) => sum + (statSync(join(mirror.folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
  const before = size();
  const statuses: number[] = [];
  const send = (): Promise<ClientRequest> => begin(house, 'putRepo', '', car.subarray(0, -10), statuses, { 'content-type': 'application/vnd.ipld.car' });
  const asked = [await send()];
  await until('the first lies aside', () => size() > before + car.length * 0.8);
  asked.push(...await Promise.all(Array.from({ length: 15 }, send)));
  for (const each of asked.slice(1, -1)) each.destroy();
  await until('the first, which stood still, was ended', () => statuses.length === 1);
  asked.at(-1)!.destroy();
  await house.putRepo();
  const grown = size() - before;
  assert.deepEqual([statuses, grown < car.length * 8], [[400], true], `${grown} bytes more for ${car.length}`);
});
