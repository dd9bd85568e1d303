import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { HostNames } from '../host-names.ts';
import { Front } from './front.ts';

test('the proxy of this machine asks about names as often as it likes, and nobody else does', async () => {
  const settings = { requestsIn5Minutes: 2, hostname: 'mirror.example.com', moreHostnames: ['other.example.com'], handleDomains: [] };
  const names = new HostNames(settings, 0);
  const host = { settings, names, at: names.first, metrics: { request: () => undefined } };
  const front = new Front([{ host }] as unknown as ConstructorParameters<typeof Front>[0], true);
  const asked = async (remoteAddress: string): Promise<number[]> => {
    const statuses: number[] = [];
    for (let time = 0; time < 4; time++) {
      const request = new Request(`http://localhost/tls-check?domain=${time % 2 === 0 ? 'mirror' : 'other'}.example.com`);
      statuses.push((await front.answer(request, { headers: {}, socket: { remoteAddress } } as IncomingMessage)).status);
    }
    return statuses;
  };
  assert.deepEqual(await asked('::ffff:127.0.0.1'), [200, 200, 200, 200]);
  assert.deepEqual(await asked('10.0.0.9'), [200, 200, 429, 429]);
});
