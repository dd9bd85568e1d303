import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { WebSocketServer } from 'ws';
import { cidOf, encodeFrame } from '../../protocol/index.ts';
import { Accounts } from '../accounts.ts';
import { Context } from '../context.ts';
import { FirehoseSeen } from '../firehose-seen.ts';
import { Host } from '../host.ts';
import { make, OWN_COLLECTION, ownRecord, signIn } from '../own-records.ts';
import { unknownDid } from '../unknown.ts';
import { LIVE_CHECKS } from './live.ts';

const did = unknownDid();
const cid = cidOf(Uint8Array.of(1)).toString();
const path = `${OWN_COLLECTION}/key`;
const uri = `at://${did}/${path}`;

/** The check of what was written, at a server that tells this on its firehose, and lists this in the end. */
async function check(test: TestContext, frames: readonly Uint8Array[], { isMade = true, isLeft = false } = {}): Promise<string> {
  const answers: Readonly<Record<string, object>> = {
    createSession: { accessJwt: 'token', refreshJwt: 'other', handle: 'alice.example', did }, createRecord: { uri, cid },
    listRecords: { records: isLeft ? [{ uri, cid, value: ownRecord('left') }] : [] },
  };
  const server = createServer((request, response) => {
    const name = new URL(request.url!, 'http://localhost').pathname.split('.').at(-1)!;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[name]));
  }).listen(0, 'localhost');
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (client) => {
    for (const frame of frames) client.send(frame);
  });
  await once(server, 'listening');
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const accounts = new Accounts(origin);
  const firehose = new FirehoseSeen({ origin, accounts, quietMs: 50, waitMs: 200 });
  test.after(async () => {
    await firehose.close();
    sockets.close();
    server.close();
  });
  const context = new Context({ host: new Host(origin), did, accounts, firehose, password: 'a password' });
  const session = await signIn(context);
  if (isMade) await make(session, 'key', ownRecord('made'));
  await (await firehose.live()).until(frames.length, 60_000);
  return LIVE_CHECKS.find(({ id }) => id === 'live.writes')!.run(context);
}

const wrote = (...actions: readonly string[]): Uint8Array => encodeFrame('#commit', { repo: did, ops: actions.map((action) => ({ action, path })) });
const other = encodeFrame('#commit', { repo: unknownDid(), ops: [] });
const many = Array.from({ length: 5_000 }, () => other);

describe('what the checks wrote', () => {
  it('was told, also that it is gone', async (test) => assert.equal(await check(test, [other, wrote('create'), wrote('delete')]), '2 operations'));
  it('was told where so much happens that not all of it is read', async (test) => assert.equal(await check(test, [wrote('create', 'delete'), ...many]), '2 operations'));

  it('was not told at all', async (test) => assert.rejects(check(test, [other]), { code: 'Missing', message: /Nothing of what was written/ }));
  it('was not told to be gone', async (test) => assert.rejects(check(test, [wrote('create')]), { code: 'Missing', message: /is gone again was not told/ }));

  it('is not missed where nothing was written', async (test) => assert.rejects(check(test, [other], { isMade: false }), { code: 'NotSeen' }));
  it('is not missed behind more than is read', async (test) => assert.rejects(check(test, many), { code: 'NotSeen' }));
  it('is not told to be gone behind more than is read', async (test) => assert.rejects(check(test, [wrote('create'), ...many]), { code: 'NotSeen' }));
  it('is not told to be gone where it stays, as another check says', async (test) => (
    assert.rejects(check(test, [wrote('create')], { isLeft: true }), { code: 'NotSeen', message: 'see writing.clean' })
  ));
});
