import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { commitEvent } from '../../mirroring/index.ts';
import { decodeFrame } from '../../protocol/index.ts';
import { FakeAccount, FakeHost, until } from '../../../test/support/fake-host.ts';
import { readFirehose } from '../../../test/support/firehose-reader.ts';
import { startDirectory, startRelay } from '../index.ts';
import type { StreetServer } from '../index.ts';

const typeOf = (frame: unknown): string => {
  const read = decodeFrame(frame as Uint8Array);
  return read.kind === 'message' ? read.type : read.kind === 'error' ? read.error : read.kind;
};
const seqOf = (frame: unknown): number => {
  const read = decodeFrame(frame as Uint8Array);
  return read.kind === 'message' ? Number(read.body['seq']) : Number.NaN;
};

describe('a relay', () => {
  let folder: string;
  let directory: StreetServer;
  let host: FakeHost;
  let relay: StreetServer;
  let account: FakeAccount;

  const start = async (): Promise<void> => {
    relay = await startRelay({ port: 0, file: join(folder, 'relay.sqlite'), directoryUrl: directory.url, retryMs: 20 });
  };
  const call = async (method: string, params: Record<string, string> = {}): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await fetch(`${relay.url}/xrpc/${method}?${new URLSearchParams(params)}`);
    return { status: response.status, body: await response.json() as Record<string, unknown> };
  };
  const crawl = (body: unknown): Promise<Response> => fetch(`${relay.url}/xrpc/com.atproto.sync.requestCrawl`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-relay-'));
    directory = await startDirectory({ port: 0, file: ':memory:' });
    host = await FakeHost.start();
    account = await FakeAccount.make(host, directory.url);
    await start();
  });

  after(async () => {
    await relay.close();
    await host.close();
    await directory.close();
    await rm(folder, { recursive: true });
  });

  it('serves what it passes on: live, again from any cursor, and after a restart', async () => {
    assert.equal((await crawl({ hostname: host.hostname })).status, 200);
    const live = await readFirehose(relay.url);
    for (const event of [account.identity, account.isActive, account.born]) host.tell(event);
    assert.deepEqual((await live.until(3)).map(typeOf), ['#identity', '#account', '#commit']);
    host.tell(commitEvent(await account.write()));
    const frames = [...await live.until(4)];
    const later = await readFirehose(relay.url, seqOf(frames[1]));
    assert.deepEqual(await later.until(2), frames.slice(2));
    await relay.close();
    await Promise.all([live.ended, later.ended]);
    await start();
    const again = await readFirehose(relay.url, 0);
    host.tell(commitEvent(await account.write()));
    const all = await again.until(5);
    assert.deepEqual(all.slice(0, 4), frames);
    assert.equal(typeOf(all[4]), '#commit');
    again.close();
  });

  it('refuses a cursor that lies ahead, and what is none', async () => {
    const reader = await readFirehose(relay.url, (Date.now() + 60_000) * 1000);
    assert.equal(typeOf((await reader.until(1))[0]), 'FutureCursor');
    await reader.ended;
    await assert.rejects(readFirehose(`${relay.url}/x`));
    for (const cursor of ['-1', 'x', '99999999999999999999']) {
      const url = `${relay.url.replace('http', 'ws')}/xrpc/com.atproto.sync.subscribeRepos?cursor=${cursor}`;
      await new Promise((resolve) => {
        const socket = new WebSocket(url);
        socket.addEventListener('error', resolve);
        socket.addEventListener('open', () => assert.fail(`it takes ${cursor}`));
      });
    }
  });

  it('says what it knows of hosts and accounts', async () => {
    const { rev, cid } = account.served.commit;
    await until('it is up to date', async () => (await call('com.atproto.sync.getLatestCommit', { did: account.did })).body['rev'] === rev);
    assert.deepEqual((await call('com.atproto.sync.getLatestCommit', { did: account.did })).body, { rev, cid: cid.toString() });
    assert.deepEqual((await call('com.atproto.sync.getRepoStatus', { did: account.did })).body, { did: account.did, active: true, rev });
    assert.deepEqual((await call('com.atproto.sync.listRepos')).body, { repos: [{ did: account.did, head: cid.toString(), rev, active: true }] });
    const known = { hostname: host.hostname, seq: 5, status: 'active', accountCount: 1, refused: 0 };
    assert.deepEqual((await call('com.atproto.sync.getHostStatus', { hostname: host.hostname })).body, known);
    assert.deepEqual((await call('com.atproto.sync.listHosts')).body, { hosts: [known] });
    assert.deepEqual((await call('com.atproto.sync.listHosts', { limit: '1' })).body['cursor'], host.hostname);
    assert.equal((await call('_health')).status, 200);
  });

  it('shows what was refused, and why', async () => {
    const message = await account.write();
    host.tell(commitEvent({ ...message, ops: [] }));
    await until('it is refused', async () => Number((await call('com.atproto.sync.getHostStatus', { hostname: host.hostname })).body['refused']) > 0);
    const { lastRefusal } = (await call('com.atproto.sync.getHostStatus', { hostname: host.hostname })).body;
    assert.equal((lastRefusal as { code: string }).code, 'PrevDataMismatch');
    await until('it is in step again', async () => (await call('com.atproto.sync.getRepoStatus', { did: account.did })).body['active'] === true);
  });

  it('answers what is wrong with a name and a sentence', async () => {
    const wrong: readonly (readonly [string, Record<string, string>, number, string])[] = [
      ['com.atproto.sync.getLatestCommit', {}, 400, 'InvalidRequest'],
      ['com.atproto.sync.getLatestCommit', { did: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' }, 400, 'RepoNotFound'],
      ['com.atproto.sync.getRepoStatus', { did: 'alice' }, 400, 'InvalidRequest'],
      ['com.atproto.sync.getHostStatus', { hostname: 'nobody.example' }, 400, 'HostNotFound'],
      ['com.atproto.sync.listRepos', { limit: '0' }, 400, 'InvalidRequest'],
      ['com.atproto.sync.getBlob', {}, 501, 'MethodNotImplemented'],
    ];
    for (const [method, params, status, error] of wrong) {
      const answer = await call(method, params);
      assert.deepEqual([answer.status, answer.body['error']], [status, error], method);
      assert.ok(String(answer.body['message']).length > 10);
    }
    assert.equal((await crawl({})).status, 400);
    assert.equal((await crawl({ hostname: '127.0.0.1:80' })).status, 400);
    assert.equal((await crawl({ hostname: 'x'.repeat(20_000) })).status, 413);
  });

  it('answers browsers of any origin', async () => {
    const { headers } = await fetch(`${relay.url}/xrpc/_health`, { headers: { origin: 'http://localhost:8080' } });
    assert.equal(headers.get('access-control-allow-origin'), '*');
  });

  it('says that its port is taken, and leaves nothing behind', async () => {
    await assert.rejects(startRelay({ port: relay.port, file: join(folder, 'second.sqlite'), directoryUrl: directory.url }), { code: 'EADDRINUSE' });
    await assert.rejects(startDirectory({ port: relay.port, file: ':memory:' }), { code: 'EADDRINUSE' });
  });
});
