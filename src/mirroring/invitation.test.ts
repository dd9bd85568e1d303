import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDid } from '../protocol/index.ts';
import { stateOf, usable } from './invitation.ts';
import type { Invitation } from './ports/lettings.ts';

const [ONE, TWO] = ['a', 'b'].map((letter) => parseDid(`did:plc:${letter.repeat(24)}`)) as [ReturnType<typeof parseDid>, ReturnType<typeof parseDid>];
const MADE: Invitation = { code: 'code', note: '', terms: {}, place: 1, createdAt: 0 };

test('an invitation is open until it is over or was used, and whoever used it can go on with it even then', () => {
  const used = { by: ONE, at: 5 };
  const states = [MADE, { ...MADE, expiresAt: 11 }, { ...MADE, expiresAt: 10 }, { ...MADE, used }, { ...MADE, used, expiresAt: 10 }];
  assert.deepEqual(states.map((each) => stateOf(each, 10)), ['open', 'open', 'over', 'used', 'used']);
  const users = states.map((each) => [ONE, TWO].filter((did) => {
    try {
      return usable(each, did, 10) === each;
    } catch {
      return false;
    }
  }));
  assert.deepEqual(users, [[ONE, TWO], [ONE, TWO], [], [ONE], [ONE]]);
});
