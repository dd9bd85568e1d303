import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDid } from '../../protocol/index.ts';
import { RelayClient } from './relay-client.ts';

const DID = parseDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa');
const REV = '3mbd354z2m222';

/** Asks a relay that answers with these, one after the other. */
function client(...answers: readonly { readonly status?: number; readonly body: unknown }[]): { readonly relay: RelayClient; readonly asked: string[] } {
  const [asked, left]: [string[], { readonly status?: number; readonly body: unknown }[]] = [[], [...answers]];
  const relay = new RelayClient({
    url: 'https://relay.example', stopped: new AbortController().signal, fetch: async (url) => {
      asked.push(String(url).replace('https://relay.example/xrpc/com.atproto.sync.', ''));
      const { status = 200, body } = left.shift()!;
      return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });
    },
  });
  return { relay, asked };
}

test('what a relay says of a host counts as far as it has the right form', async () => {
  const cases: [unknown, object][] = [
    [{ status: 'active', seq: 7, accountCount: 3 }, { state: 'active', seq: 7, accounts: 3 }],
    [{ status: 'active', seq: -1, accountCount: 1.5 }, { state: 'active' }],
    [{ status: 'active', seq: '7', accountCount: 1e300 }, { state: 'active' }],
    [{ status: ['active'], seq: 2 ** 60 }, { state: 'silent' }],
    [{ status: 'constructor' }, { state: 'silent' }], [{}, { state: 'silent' }], [[], { state: 'silent' }], [{ error: 'HostNotFound', status: 'idle' }, { state: 'idle' }],
  ];
  for (const [body, answer] of cases) assert.deepEqual(await client({ body }).relay.host('mirror.example'), answer, JSON.stringify(body));
  for (const body of ['', 'null', '"text"', '{', `{"status":"active","more":"${'x'.repeat(65_536)}"}`]) await assert.rejects(client({ body }).relay.host('mirror.example'), /not what was asked for/);
  for (const status of [429, 500, 502, 503]) await assert.rejects(client({ status, body: { error: 'HostNotFound' } }).relay.host('mirror.example'), new RegExp(String(status)));
  const { relay, asked } = client({ status: 404, body: { error: 'HostNotFound' } });
  assert.deepEqual(await relay.host('localhost:2583'), { state: 'missing' });
  assert.deepEqual(asked, ['getHostStatus?hostname=localhost%3A2583']);
});

test('what a relay says of an account counts as far as it has the right form; one without a rev is asked for it', async () => {
  const cases: [unknown, object][] = [
    [{ active: true, rev: REV }, { state: 'active', rev: REV }], [{ active: true, rev: 'x' }, { state: 'silent' }], [{ rev: REV }, { state: 'silent' }],
    [{ active: false, status: 'deleted', rev: REV }, { state: 'inactive', status: 'deleted' }], [{ active: false, status: '<b>' }, { state: 'inactive' }],
  ];
  for (const [body, answer] of cases) assert.deepEqual(await client({ body }).relay.account(DID), answer, JSON.stringify(body));
  assert.deepEqual(await client({ status: 404, body: { error: 'RepoNotFound' } }).relay.account(DID), { state: 'missing' });
  assert.deepEqual(await client({ status: 501, body: {} }).relay.account(DID), { state: 'silent' });
  const latest = async (status: number, body: unknown): Promise<unknown> => {
    const { relay, asked } = client({ body: { active: true } }, { status, body });
    const answer = await relay.account(DID);
    assert.deepEqual(asked, ['getRepoStatus', 'getLatestCommit'].map((method) => `${method}?did=${encodeURIComponent(DID)}`));
    return answer;
  };
  assert.deepEqual(await latest(200, { rev: REV, cid: 'x' }), { state: 'active', rev: REV });
  for (const error of ['RepoNotFound', 'RepoNotSynchronized']) assert.deepEqual(await latest(404, { error }), { state: 'missing' });
  assert.deepEqual(await latest(403, { error: 'RepoInactive' }), { state: 'silent' });
});

test('a relay that does not answer is waited for no longer than it takes, and not after the end', async () => {
  const hanging = async (_url: unknown, init?: RequestInit): Promise<Response> => new Promise((_resolve, reject) => {
    init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason as Error));
  });
  const stopped = new AbortController();
  await assert.rejects(new RelayClient({ url: 'https://relay.example', stopped: stopped.signal, fetch: hanging, timeoutMs: 20 }).host('x'), { code: 'RelayUnreachable', message: /timeout/ });
  const asking = new RelayClient({ url: 'https://relay.example', stopped: stopped.signal, fetch: hanging }).host('x');
  stopped.abort();
  await assert.rejects(asking, { code: 'RelayUnreachable', message: /aborted/ });
});
