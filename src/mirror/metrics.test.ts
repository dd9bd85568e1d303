import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Metrics } from './metrics.ts';

/** The samples of a text, by name and labels. */
function samples(text: string): ReadonlyMap<string, number> {
  return new Map(text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => {
    const at = line.lastIndexOf(' ');
    return [line.slice(0, at), Number(line.slice(at + 1))];
  }));
}

test('what was counted is told in the form of Prometheus, each name with its help and type once', () => {
  const metrics = new Metrics();
  metrics.request('com.atproto.sync.getRepo', 200);
  metrics.request('com.atproto.sync.getRepo', 200);
  metrics.request('other', 404);
  metrics.refused('StaleRev');
  metrics.event('#commit');
  metrics.dropped();
  for (const seconds of [0.001, 0.002, 0.3, 60]) metrics.commit(seconds);
  const text = metrics.text([{ name: 'holdfast_accounts', help: 'Accounts.', values: [[{ status: 'active' }, 3]] }]);
  const found = samples(text);
  assert.deepEqual([...found].filter(([name]) => /^holdfast_(requests|refusals|events|subscribers|accounts)/.test(name)), [
    ['holdfast_requests_total{method="com.atproto.sync.getRepo",status="200"}', 2], ['holdfast_requests_total{method="other",status="404"}', 1],
    ['holdfast_refusals_total{code="StaleRev"}', 1], ['holdfast_events_total{type="commit"}', 1], ['holdfast_subscribers_dropped_total', 1],
    ['holdfast_accounts{status="active"}', 3],
  ]);
  // Buckets hold all that is less, too.
  assert.deepEqual(['0.001', '0.0025', '0.25', '0.5', '10', '+Inf'].map((le) => found.get(`holdfast_commit_seconds_bucket{le="${le}"}`)), [1, 2, 2, 3, 3, 4]);
  assert.deepEqual([found.get('holdfast_commit_seconds_count'), found.get('holdfast_commit_seconds_sum')], [4, 60.303]);
  assert.ok(found.get('process_resident_memory_bytes')! > 1_000_000);
  const typed = [...text.matchAll(/^# TYPE (\S+) (counter|gauge|histogram)$/gm)].map(([, name]) => name!);
  assert.equal(new Set(typed).size, typed.length);
  for (const name of found.keys()) assert.ok(typed.some((each) => new RegExp(`^${each}(_bucket|_sum|_count)?(\\{|$)`).test(name)), name);
  assert.ok(text.endsWith('\n'));
});

test('how late the event loop is, is watched from when that was asked for', async () => {
  const metrics = new Metrics();
  const late = (): number | undefined => samples(metrics.text([])).get('holdfast_event_loop_delay_seconds{quantile="1"}');
  assert.equal(late(), undefined);
  const stop = metrics.watchDelays();
  try {
    const turns = async (): Promise<void> => {
      for (let turn = 0; turn < 5; turn++) {
        await new Promise((resolve) => {
          setTimeout(resolve, 25);
        });
      }
    };
    await turns();
    const until = performance.now() + 300;
    while (performance.now() < until);
    await turns();
    assert.ok(late()! > 0.2);
  } finally {
    stop();
  }
});
