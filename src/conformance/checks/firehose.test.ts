import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { encodeFrame } from '../../protocol/index.ts';
import { Accounts } from '../accounts.ts';
import { Context } from '../context.ts';
import { FirehoseSeen } from '../firehose-seen.ts';
import { Host } from '../host.ts';
import { unknownDid } from '../unknown.ts';
import { FIREHOSE_CHECKS } from './firehose.ts';

/** A check at a server that does this with each connection. @param number of connections before */
async function check(test: TestContext, id: string, connected: (client: WebSocket, number: number) => void): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(404).end()).listen(0, 'localhost');
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  let number = 0;
  sockets.on('connection', (client) => connected(client, number++));
  await once(server, 'listening');
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const accounts = new Accounts(origin);
  const firehose = new FirehoseSeen({ origin, accounts, quietMs: 200, waitMs: 0 });
  test.after(async () => {
    await firehose.close();
    sockets.close();
    server.close();
  });
  const live = await firehose.live();
  // What is done to the connection that is held open has been done.
  await live.untilQuiet(200, 2_000);
  return FIREHOSE_CHECKS.find((each) => each.id === id)!.run(new Context({ host: new Host(origin), did: unknownDid(), accounts, firehose }));
}

const did = unknownDid();
/** An event of each seq. */
function tell(client: WebSocket, ...seqs: readonly number[]): void {
  for (const seq of seqs) client.send(encodeFrame('#identity', { seq, did, time: '2026-01-01T00:00:00.000Z' }));
}

describe('a ping is answered', () => {
  it('also where the connection that was held open is full', async (test) => {
    assert.equal(await check(test, 'firehose.ping', (client, number) => {
      if (number > 0) return;
      for (let frame = 0; frame < 5_100; frame++) client.send(Buffer.alloc(10));
    }), 'pong');
  });
  it('also where the connection that was held open has ended', async (test) => {
    assert.equal(await check(test, 'firehose.ping', (client, number) => {
      if (number === 0) client.close(1001);
    }), 'pong');
  });
});

// The first connection is the one without a cursor; then come two for the replay.
describe('a replay of which the oldest events go meanwhile', () => {
  const sliding = (...later: readonly number[]) => (client: WebSocket, number: number): void => {
    if (number === 1) tell(client, 1, 2, 3);
    if (number === 3) tell(client, ...later);
  };
  it('is the same from what is first by then', async (test) => assert.equal(await check(test, 'firehose.replay', sliding(2, 3, 4)), '2 frames'));
  it('is not seen where none of it is left', async (test) => assert.rejects(check(test, 'firehose.replay', sliding(4, 5, 6)), { code: 'NotSeen' }));
  it('is wrong where another event is left out', async (test) => assert.rejects(check(test, 'firehose.replay', sliding(1, 3, 4)), { code: 'OtherEvent' }));
});
