import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Town } from '../../../test/support/town.ts';

test('words are there to compare while the mirror has verified what the house signs now, not before', async () => {
  const town = await Town.make();
  const words = async (): Promise<unknown> => {
    const { mirror } = (await town.house.get('app.holdfast.bridge.describe', { did: town.did })).body as { mirror: { state: string; words?: unknown } };
    return [mirror.state, mirror.words !== undefined];
  };
  town.network.fault = (call, at) => at === 'before' && call.includes('putRepo');
  await town.pair();
  assert.deepEqual(await words(), ['pairing', false]);
  town.network.fault = () => false;
  await town.paired();
  assert.deepEqual(await words(), ['active', true]);
  // As after a new kit: the mirror holds what another key has signed.
  const { mirror } = await town.account();
  await town.house.store.update(town.did, { mirror: { ...mirror!, resend: true } });
  assert.deepEqual(await words(), ['active', false]);
});
