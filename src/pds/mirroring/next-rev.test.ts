import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pair } from '../../../test/support/mirrored-pair.ts';
import { ALICE } from '../../../test/support/pds-house.ts';
import { tidTime } from '../../protocol/index.ts';

const TEN_YEARS_MS = 10 * 365 * 86_400_000;

/** When what is here is dated, in milliseconds since 1970. */
const dated = async ({ house }: Pair): Promise<number> => tidTime((await house.store.account(ALICE.did))!.head.rev) / 1000;

test('a mirror that says that it is ten years later gets no house to date what it signs ahead', async () => {
  const one = await Pair.met();
  const two = await one.another();
  await one.put('a', 'x');
  await two.put('b', 'y');
  assert.equal(await one.talk(), 'idle');
  one.mirror.behind = -TEN_YEARS_MS;
  assert.equal(await two.talk(), 'idle');
  assert.ok(await dated(two) < Date.now() + 60_000, 'what was brought together is dated ahead');
  one.mirror.behind = 0;
  await two.put('c', 'z');
  assert.equal(await two.talk(), 'idle');
  assert.equal((await two.known()).alarm, undefined);
});
