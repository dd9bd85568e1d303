import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MirrorStoreError } from '../../mirroring/index.ts';
import { OperatorFront } from './operator-front.ts';
import type { OperatorHost } from './operator-host.ts';

test('a mirror that stops, or whose database does not answer, says that it is not ready', async () => {
  const state = { isReady: true, isBroken: false };
  const host = {
    now: Date.now, isReady: () => state.isReady, copies: { lastSeq: async () => (state.isBroken ? Promise.reject(new Error('broken')) : 1) },
  } as unknown as OperatorHost;
  const front = new OperatorFront(host, { port: 0, address: '127.0.0.1', token: 'x'.repeat(24) });
  const asked = async (): Promise<[number, unknown]> => {
    const answer = await front.answer(new Request('http://localhost/health', { headers: { host: 'localhost' } }));
    return [answer.status, await answer.json()];
  };
  assert.deepEqual(await asked(), [200, { ready: true }]);
  state.isReady = false;
  assert.deepEqual(await asked(), [503, { ready: false }]);
  state.isReady = true;
  state.isBroken = true;
  assert.deepEqual(await asked(), [503, { ready: false }]);
});

test('what the store refuses is told as what it is', async () => {
  const invite = (): Promise<never> => Promise.reject(new MirrorStoreError('StorageFull', 'planted'));
  const token = 'x'.repeat(24);
  const front = new OperatorFront({ now: Date.now, copies: { invite } } as unknown as OperatorHost, { port: 0, address: '127.0.0.1', token });
  const answer = await front.answer(new Request('http://localhost/xrpc/app.holdfast.operator.createInvitation', {
    method: 'POST', body: '{}', headers: { host: 'localhost', authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  }));
  assert.deepEqual([answer.status, (await answer.json() as { error: string }).error], [507, 'StorageFull']);
});
