import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { TidClock } from '../protocol/index.ts';
import { carBytes, Repository } from '../repo/index.ts';
import { seededP256Signer } from '../testing/index.ts';
import { Host } from './host.ts';
import { takeSnapshot } from './snapshot.ts';
import type { SnapshotLimits } from './snapshot.ts';
import { unknownDid } from './unknown.ts';

const did = unknownDid();
const signer = await seededP256Signer(new Uint8Array(32).fill(1));
const { commit, newBlocks } = await Repository.create({ read: async (cids) => cids.map(() => undefined) }, did, { signer, clock: new TidClock() }, ['a', 'b', 'c'].map((rkey) => (
  { action: 'create', path: `app.holdfast.note/${rkey}`, record: { $type: 'app.holdfast.note', text: rkey.repeat(1_000) } }
)));
/** With the records first. */
const car = carBytes(commit.cid, newBlocks.toSorted((one, other) => other.bytes.length - one.bytes.length));

/** How many records a repository is found to have. */
async function taken(test: TestContext, limits?: Partial<SnapshotLimits>): Promise<number> {
  const server = createServer((_request, response) => response.writeHead(200, { 'content-type': 'application/vnd.ipld.car' }).end(car)).listen(0, 'localhost');
  test.after(() => server.close());
  await once(server, 'listening');
  return (await takeSnapshot(new Host(`http://localhost:${(server.address() as AddressInfo).port}`), did, signer.publicKey, limits)).count;
}

describe('a repository', () => {
  it('is taken in any order', async (test) => assert.equal(await taken(test), 3));
  it('is not seen where it is too large', async (test) => assert.rejects(taken(test, { bytes: 2_000 }), { code: 'NotSeen', message: /too much to read/ }));
  it('is not seen where too much of it has to wait', async (test) => assert.rejects(taken(test, { waiting: 2_000 }), { code: 'NotSeen', message: /too much to read/ }));
});
