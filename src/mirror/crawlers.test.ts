import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { until } from '../../test/support/until.ts';
import { Crawlers } from './crawlers.ts';

test('a relay is reminded to crawl no more than every twenty minutes, and not while it is asked again anyway', async () => {
  let [now, asked, status] = [Date.UTC(2026, 0, 1), 0, 200];
  const relay = createServer((_request, response) => {
    asked++;
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => {
    relay.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(relay.address() as AddressInfo).port}`;
  const crawlers = new Crawlers({ relays: [url], hostname: 'mirror.example', log: () => undefined, now: () => now });
  try {
    await crawlers.request();
    crawlers.remind(url);
    now += 20 * 60_000 - 1;
    crawlers.remind(url);
    crawlers.remind('https://other.example');
    now += 1;
    crawlers.remind(url);
    crawlers.remind(url);
    await until('it was asked twice', () => crawlers.states()[0]!.takenAt === now);
    assert.equal(asked, 2);
    status = 503;
    await crawlers.request();
    const before = crawlers.states()[0]!.askedAt;
    now += 20 * 60_000;
    crawlers.remind(url);
    assert.equal(crawlers.states()[0]!.askedAt, before);
    await until('it was asked again by itself', () => crawlers.states()[0]!.failures === 2);
    assert.equal(asked, 4);
  } finally {
    crawlers.close();
    relay.closeAllConnections();
    relay.close();
  }
});
