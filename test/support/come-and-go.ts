import assert from 'node:assert/strict';
import type { Pair } from './mirrored-pair.ts';
import { ALICE } from './pds-house.ts';

/** Houses of one owner write, change and delete, meet the mirror at random, and in the end often enough. */
export async function comeAndGo(houses: readonly Pair[], seed: number, turns: number): Promise<void> {
  let state = seed;
  const random = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const written = new Map<string, string>();
  for (let turn = 0; turn < turns; turn++) {
    const who = random(houses.length);
    const house = houses[who]!;
    const what = random(10);
    if (what < 4) {
      const key = `own-${who}-${turn}`;
      await house.put(key, key);
      written.set(key, key);
    } else if (what < 7) await house.put(`shared-${random(4)}`, `${who} in turn ${turn}`);
    else if (what < 8) await house.delete(`shared-${random(4)}`);
    else {
      // A receipt is lost now and then, and now and then a house sends everything.
      house.mirror.losses = random(4) === 0 ? 1 : 0;
      if (random(8) === 0) await house.house.post('app.holdfast.bridge.handOver', { did: ALICE.did });
      else await house.talk();
      house.mirror.losses = 0;
    }
    if (random(10) === 0) await house.house.store.maintain(ALICE.did);
  }
  for (let round = 0; round < 3; round++) for (const house of houses) assert.equal(await house.talk(), 'idle', JSON.stringify((await house.known()).alarm));
  const [first, ...others] = await Promise.all(houses.map(async (house) => house.notes()));
  for (const other of others) assert.deepEqual(other, first);
  for (const [key, text] of written) assert.equal(first![key], text);
  for (const house of houses) await house.assertMirrored();
}
