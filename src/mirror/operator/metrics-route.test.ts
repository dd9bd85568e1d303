import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readFirehose } from '../../../test/support/firehose-reader.ts';
import { OPERATOR, SHOWN } from '../../../test/support/operator.ts';
import { ask, json, MirrorHouse, note, startTestMirror } from '../../../test/support/running-mirror.ts';
import type { RunningTestMirror } from '../../../test/support/running-mirror.ts';
import { Talk } from '../../../test/support/talk.ts';

const DASHBOARD = join(import.meta.dirname, '../../../docs/operator/grafana-dashboard.json');

describe('the metrics of a mirror', () => {
  let mirror: RunningTestMirror;
  before(async () => {
    mirror = await startTestMirror({ settings: { operator: OPERATOR } });
  });
  after(() => mirror.close());

  const metrics = async (): Promise<string> => {
    const response = await fetch(`${mirror.operatorUrl}/metrics`, { headers: SHOWN });
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    return response.text();
  };
  const value = (text: string, sample: string): number => Number(text.split('\n').find((line) => line.startsWith(`${sample} `))?.split(' ').at(-1));

  it('count what houses and readers do, with no DID, no address and nothing that a caller said', async () => {
    const house = await MirrorHouse.paired(mirror, 1, [note('one')]);
    const reader = await readFirehose(mirror.url);
    const [talk, other] = [await Talk.begin(house), await Talk.begin(house, 'http')];
    const message = await house.write([note('two')]);
    await talk.commit(message);
    await talk.refused({ ...message, commit: message.prevData, rev: house.repository.rev });
    await reader.until(1);
    const gone = await readFirehose(mirror.url, 9_000_000_000_000_000);
    await gone.ended;
    await house.call('putBlob', { method: 'POST', headers: { authorization: 'Bearer wrong' } }, '?cid=x');
    await ask(mirror, '/xrpc/com.example.said.by.a.caller?secret=1');
    await ask(mirror, `/xrpc/com.atproto.sync.getRepo?did=${house.did}`);
    await house.call('enroll', json({ handle: 'someone.else.example' }));
    const text = await metrics();
    const expected: Record<string, number> = {
      'holdfast_requests_total{method="com.atproto.sync.getRepo",status="200"}': 1, 'holdfast_requests_total{method="other",status="501"}': 1,
      'holdfast_commit_seconds_count': 1, 'holdfast_events_total{type="commit"}': 1, 'holdfast_events_total{type="account"}': 1,
      'holdfast_subscribers': 1, 'holdfast_subscribers_dropped_total': 1, 'holdfast_conversations{channel="websocket"}': 1,
      'holdfast_conversations{channel="http"}': 1, 'holdfast_accounts{status="active"}': 1, 'holdfast_crawl_requests_waiting{host="localhost"}': 0, 'holdfast_host_full{host="localhost"}': 0,
      'holdfast_refusals_total{code="StaleRev"}': 1,
    };
    for (const [sample, count] of Object.entries(expected)) assert.equal(value(text, sample), count, sample);
    assert.ok(value(text, 'holdfast_database_bytes') > 10_000 && value(text, 'holdfast_last_seq') > 0 && value(text, 'holdfast_uptime_seconds') > 0);
    for (const secret of ['did:', 'example', house.handle, '127.0.0.1', 'said', 'secret', OPERATOR.token]) assert.ok(!text.includes(secret), secret);
    for (const line of text.split('\n').filter((each) => !each.startsWith('#') && each !== '')) {
      assert.match(line, /^[a-z_]+(\{[a-z]+="[A-Za-z0-9.+]*"(,[a-z]+="[A-Za-z0-9.]*")*\})? [0-9.e+-]+$/);
    }
    talk.close();
    other.close();
    reader.close();
  });

  it('are what the dashboard asks for, and all of them are on it', async () => {
    const dashboard = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as { panels: { targets: { expr: string }[] }[]; templating: unknown };
    const names = new Set([...(await metrics()).matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name, type]) => (
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((part) => name + part) : [name!]
    )));
    const asked = new Set(dashboard.panels.flatMap(({ targets }) => targets).flatMap(({ expr }) => expr.match(/\b(holdfast|process)_[a-z_]+/g) ?? []));
    assert.deepEqual([...asked].sort(), [...names].sort());
    assert.match(JSON.stringify(dashboard.templating), /label_values\(holdfast_info, job\)/);
  });
});
