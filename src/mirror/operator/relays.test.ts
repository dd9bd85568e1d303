import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { operate, operated, OPERATOR, SHOWN } from '../../../test/support/operator.ts';
import { MirrorHouse, note, startTestMirror } from '../../../test/support/running-mirror.ts';
import { until } from '../../../test/support/until.ts';

test('an operator reads what a relay knows of the mirror: by the methods, in the metrics, on a page', async () => {
  const relay = createServer(({ url = '' }, response) => {
    const answer = url.includes('getHostStatus') ? { hostname: 'x', status: 'active', seq: 1, accountCount: 5 } : url.includes('getRepoStatus') ? { error: 'RepoNotFound' } : {};
    response.writeHead('error' in answer ? 404 : 200).end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => {
    relay.once('listening', resolve);
  });
  const host = `127.0.0.1:${(relay.address() as AddressInfo).port}`;
  const mirror = await startTestMirror({ settings: { relays: [`http://${host}`], operator: OPERATOR }, relayPace: { everyMs: 20, graceMs: 40 } });
  try {
    const { did } = await MirrorHouse.paired(mirror, 1, [note('one')]);
    const sight = async (): Promise<Record<string, unknown>> => ((await operated(mirror, 'listRelays'))['relays'] as { sight?: Record<string, unknown> }[])[0]!.sight ?? {};
    await until('the relay was looked at', async () => (await sight())['accountsWrong'] === 1);
    const { lookedAt, lagSeconds, accounts, ...rest } = await sight();
    assert.deepEqual(rest, { host: 'active', seq: 1, isAhead: false, accountCount: 5, asked: 1, accountsWrong: 1, toldAnew: 0 });
    assert.ok(Date.now() - Date.parse(String(lookedAt)) < 60_000 && Number(lagSeconds) < 60);
    const [{ since, seenAt, ...account }] = accounts as [Record<string, unknown>];
    assert.deepEqual([account, Date.parse(String(seenAt)) > Date.parse(String(since))], [{ did, state: 'missing' }, true]);
    const health = await (await fetch(`${mirror.operatorUrl}/health`, { headers: SHOWN })).json() as Record<string, unknown>;
    assert.deepEqual([health['warnings'], health['eventsInHour']], [[], (await mirror.frames()).length]);

    const metrics = await (await fetch(`${mirror.operatorUrl}/metrics`, { headers: SHOWN })).text();
    for (const line of [`holdfast_relay_reachable{host="localhost",relay="${host}"} 1`, `holdfast_relay_accounts_missing{host="localhost",relay="${host}"} 1`, 'holdfast_host_accounts{host="localhost"} 1']) assert.ok(metrics.includes(`${line}\n`), line);
    assert.match(metrics, /^holdfast_relay_lag_seconds\{host="localhost",relay="[^"]+"\} [\d.]+$/m);
    assert.match(metrics, /^holdfast_events_in_hour\{host="localhost"\} \d+$/m);

    const { headers } = await fetch(`${mirror.operatorUrl}/sign-in`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ token: OPERATOR.token }) });
    const cookie = headers.get('set-cookie')!.split(';')[0]!;
    const page = async (form?: Record<string, string>): Promise<string> => (await fetch(`${mirror.operatorUrl}/relays`, {
      headers: { cookie }, ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })).text();
    assert.match(await page(), new RegExp(`<h1>Relays</h1>[^]*${host}[^]*1 not as here[^]*${did}`));
    assert.match(await page({ relay: `http://${host}` }), /role="status" class="good">It was asked\./);
    assert.match(await page({ relay: 'https://other.example' }), /class="bad">This relay is none of those/);
    assert.match(await page({}), /All relays were asked\./);
    assert.equal((await operate(mirror, 'requestCrawl', {})).status, 200);
    relay.closeAllConnections();
    relay.close();
    await until('that it is gone is seen', async () => (await sight())['failure'] !== undefined);
    assert.match(await page(), /it cannot be asked: fetch failed/);
  } finally {
    await mirror.close();
    relay.closeAllConnections();
    relay.close();
  }
});
