import assert from 'node:assert/strict';
import { it } from 'node:test';
import { tidFrom } from '../../protocol/index.ts';
import { revTime } from './rev-time.ts';

it('a rev says when it was made', () => {
  assert.equal(revTime(tidFrom(Date.parse('2026-11-25T06:00:00Z') * 1000, 7)), '2026-11-25T06:00:00.000Z');
});

it('what is no rev says nothing', () => {
  assert.equal(revTime('zzz'), undefined);
});
