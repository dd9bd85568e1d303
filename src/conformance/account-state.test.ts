import assert from 'node:assert/strict';
import { it } from 'node:test';
import { contradicts } from './account-state.ts';

it('an account that is active is not deactivated; every other state, or none, is left to the server', () => {
  const said = [true, false, undefined].flatMap((active) => [undefined, 'deactivated', 'throttled', 'of-tomorrow'].map((status) => [active, status] as const));
  assert.deepEqual(said.filter(([active, status]) => contradicts(active, status)), [[true, 'deactivated'], [undefined, 'deactivated']]);
});
