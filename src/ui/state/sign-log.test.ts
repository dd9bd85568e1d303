import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signLog } from './sign-log.ts';
import type { KeyUse } from '../jobs/key-types.ts';

const at = (day: number, hour: number): string => new Date(2026, 10, day, hour).toISOString();

const commit = (day: number, hour: number) => ({ rev: `rev-${day}-${hour}`, cid: 'bafy', time: at(day, hour), operations: [] }) as never;

const use = (what: KeyUse['what'], day: number, hour: number, more: Partial<KeyUse> = {}): KeyUse => ({
  what, key: 'signing', subject: 'app.holdfast.mirror.converse', audience: 'did:web:mirror.test', count: 1, time: at(day, hour), ...more,
});

const COMMITS = [commit(3, 15), commit(3, 9), commit(2, 9)];
const USES = [use('token', 3, 16, { count: 4 }), use('kit-opened', 3, 10), use('token', 3, 8), use('token', 3, 7, { audience: 'did:web:other.test' }), use('operation', 1, 9)];

test('commits of a day are one line, and passes of a day for one mirror; newest first', () => {
  const lines = signLog(COMMITS, USES, 'all');
  assert.deepEqual(lines.map((line) => [line.kind, line.time]), [
    ['passes', at(3, 16)], ['commits', at(3, 15)], ['use', at(3, 10)], ['passes', at(3, 7)], ['commits', at(2, 9)], ['use', at(1, 9)],
  ]);
  const [passes, commits] = lines;
  assert.ok(passes?.kind === 'passes' && commits?.kind === 'commits');
  assert.deepEqual([passes.count, passes.since, commits.commits.length, commits.since], [5, at(3, 8), 2, at(3, 9)]);
});

test('shows what is asked for, and nothing older than the commits that were read', () => {
  const kinds = (filter: Parameters<typeof signLog>[2], until?: string): string[] => signLog(COMMITS, USES, filter, until).map(({ kind }) => kind);
  assert.deepEqual(kinds('commits'), ['commits', 'commits']);
  assert.deepEqual(kinds('kit'), ['use']);
  assert.deepEqual(kinds('identity'), ['use']);
  assert.deepEqual(kinds('passes'), ['passes', 'passes']);
  assert.deepEqual(kinds('all', at(2, 9)), ['passes', 'commits', 'use', 'passes', 'commits']);
});
