import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inDirectory, opened } from '../../../test/support/mirror-directory.ts';
import { accountEvent } from '../../mirroring/index.ts';
import { parseDid } from '../../protocol/index.ts';
import { hasRoom, warningsOf } from './host-limits.ts';

test('an operator is warned from 80 active accounts on, and from 2,000 events in an hour on', () => {
  const of = (active: number, eventsInHour: number) => warningsOf({ accounts: active, eventsInHour });
  assert.deepEqual(of(79, 1_999), []);
  assert.deepEqual(of(80, 0), ['accounts']);
  assert.deepEqual(of(0, 2_000), ['eventsInHour']);
  assert.deepEqual(of(120, 2_600), ['accounts', 'eventsInHour']);
});

test('a host name takes a hundred accounts, and none once much is told under it', () => {
  assert.deepEqual([[99, 1_999], [100, 0], [0, 2_000]].map(([kept, eventsInHour]) => hasRoom({ kept: kept!, eventsInHour: eventsInHour! })), [true, false, false]);
  assert.deepEqual([1, 2].map((kept) => hasRoom({ kept, eventsInHour: 0 }, 2)), [true, false]);
});

test('events count for an hour, also after a restart', () => inDirectory(async (directory) => {
  let now = Date.UTC(2026, 0, 1);
  const did = parseDid('did:web:alice.example');
  const counted = async (): Promise<number> => opened(directory, { now: () => now }, async ({ totals, hosts }) => {
    assert.equal(hosts()[0]!.eventsInHour, totals().eventsInHour);
    return totals().eventsInHour;
  });
  await opened(directory, { now: () => now }, async ({ store }) => {
    await store.firstHost('mirror.example');
    await store.enroll({ did });
    await store.update(did, { status: 'active' }, [accountEvent(did, true)]);
    now += 1_800_000;
    await store.update(did, {}, [accountEvent(did, true), accountEvent(did, true)]);
  });
  const counts: number[] = [];
  for (const ms of [0, 1_800_000, 1, 1_800_000]) {
    now += ms;
    counts.push(await counted());
  }
  assert.deepEqual(counts, [3, 3, 2, 0]);
}));
