import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HouseDoor } from './house-door.ts';
import type { HouseCalls } from './house-calls.ts';
import type { HouseLines } from './house-line.ts';
import type { Correspondent } from './talks.ts';

const CALL = { id: '1', sdp: '', token: 'a.b.c' };

test('so many who call are dealt with at a time, and others when those have gone', async () => {
  const waiting: (() => void)[] = [];
  let asked = 0;
  const calls = {
    async get(nsid: string) {
      if (nsid !== 'app.holdfast.bridge.describe') return { signingKey: '' };
      asked++;
      await new Promise<void>((resolve) => waiting.push(resolve));
      return {};
    },
  } as unknown as HouseCalls;
  const door = new HouseDoor(calls, { did: 'did:plc:a', url: 'https://mirror.test' } as unknown as Correspondent, {} as HouseLines, new AbortController().signal);
  const ring = (times: number): void => {
    for (let index = 0; index < times; index++) door.ring(CALL, () => assert.fail('it has answered'));
  };
  ring(6);
  assert.equal(asked, 4);
  waiting.splice(0, 1)[0]!();
  await new Promise(setImmediate);
  ring(2);
  assert.equal(asked, 5);
});
