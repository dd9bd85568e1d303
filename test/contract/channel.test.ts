import { after, before, describe, it } from 'node:test';
import { loopbackChannels } from '../../src/bridge/loopback/index.ts';
import { channelContract } from '../../src/testing/index.ts';
import { SessionServer } from '../support/http-pair.ts';
import { SocketServer } from '../support/websocket-pair.ts';

describe('loopback', () => {
  for (const { name, run } of channelContract) it(name, () => run(loopbackChannels()));
});

describe('WebSocket', () => {
  const server = new SocketServer();
  before(() => server.listen());
  after(() => server.close());
  for (const { name, run } of channelContract) it(name, async () => run(await server.pair()));
});

describe('HTTP', () => {
  const server = new SessionServer();
  before(() => server.listen());
  after(() => server.close());
  for (const { name, run } of channelContract) it(name, async () => run(await server.pair()));
});
