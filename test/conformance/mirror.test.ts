import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runChecks, tableOf } from '../../src/conformance/index.ts';
import type { Result } from '../../src/conformance/index.ts';
import { parseDid } from '../../src/protocol/index.ts';
import { makeHouse, startWorld, succeed } from '../support/street-world.ts';
import type { NodeHouse, World } from '../support/street-world.ts';

const POST = 'app.bsky.feed.post';
const MAIN = fileURLToPath(new URL('../../src/conformance/main.ts', import.meta.url));

/** What of a mirror there is nothing to see: it has no sign-in and no account that sleeps, and has let go of no event. */
const UNSEEN = [
  'server.bad-token', 'repository.inactive', 'oauth.resource', 'oauth.server', 'oauth.cors', 'firehose.info', 'firehose.outdated-cursor', 'live.writes',
];

describe('a mirror to which real houses write', () => {
  let world: World;
  let alice: NodeHouse;
  let bob: NodeHouse;
  before(async () => {
    world = await startWorld();
    [alice, bob] = [await makeHouse(world), await makeHouse(world, 'bob')];
    await alice.post('before pairing');
    await Promise.all([alice.pair(), bob.pair()]);
    await alice.post('to change', '3jzfcijpj2z2a');
    await succeed(alice.house, 'com.atproto.repo.putRecord', { repo: alice.did, collection: POST, rkey: '3jzfcijpj2z2a', record: { $type: POST, text: 'changed', createdAt: '2026-01-01T00:00:00Z' } });
    await alice.post('to delete', '3jzfcijpj2z2b');
    await succeed(alice.house, 'com.atproto.repo.deleteRecord', { repo: alice.did, collection: POST, rkey: '3jzfcijpj2z2b' });
    for (const text of ['three', 'four', 'five']) await alice.post(text);
    await twoBlobs(alice);
    await settled(world, alice);
  });
  after(async () => {
    alice.disconnect();
    bob.disconnect();
    await world.close();
  });

  it('passes every check, while one of them writes', async () => {
    const onResult = ({ id }: Result): void => {
      if (id === 'firehose.open') void alice.post('while it is checked');
    };
    const results = await runChecks({ origin: world.mirror, did: parseDid(alice.did), directory: world.directory, waitMs: 10_000, quietMs: 1_000, onResult });
    assert.deepEqual(results.filter(({ outcome }) => outcome === 'failed'), [], tableOf(results));
    const unseen = results.filter(({ outcome, id }) => outcome === 'not seen' && !id.startsWith('writing.')).map(({ id }) => id);
    assert.deepEqual(unseen, UNSEEN);
  });

  it('has an exit code of 0 where nothing is wrong, 1 where something is, and 2 where nobody is there or it was called wrongly', async () => {
    const options = ['--directory', world.directory, '--wait', '0', '--quiet', '1'];
    const good = await run([world.mirror, 'alice.holdfast.test', ...options, '--json']);
    assert.equal(good.status, 0, good.stderr);
    const told = JSON.parse(good.stdout) as { readonly did: string; readonly results: readonly Result[] };
    assert.equal(told.did, alice.did);
    assert.ok(told.results.length > 90);
    const bad = await run([world.mirror, `did:plc:${'z'.repeat(24)}`, ...options]);
    assert.equal(bad.status, 1);
    assert.match(bad.stdout, /WRONG The DID document names this server and a key\n +The DID is not known to its directory \(UnknownDid\)/);
    const nobody = await run([await leftAddress(), alice.did, ...options]);
    assert.deepEqual([nobody.status, nobody.stdout], [2, '']);
    assert.match(nobody.stderr, /^There is no answer from http:\/\/localhost:\d+: .+\. Nothing was checked\./);
    for (const args of [[], [world.mirror], ['http://example.com', alice.did], [world.mirror, 'nobody'], [world.mirror, alice.did, '--wait', 'long'], [world.mirror, alice.did, '--hurry']]) {
      const wrong = await run(args);
      assert.deepEqual([wrong.status, wrong.stdout], [2, '']);
      assert.match(wrong.stderr, /npm run check -- https:\/\/host did-or-handle/);
    }
  });
});

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { timeout: 120_000 }, (error, stdout, stderr) => resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }));
  });
}

/** Where somebody was, and nobody is. */
async function leftAddress(): Promise<string> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://localhost:${port}`;
}

/** Two posts that each show a picture. */
async function twoBlobs({ house, did }: NodeHouse): Promise<void> {
  for (const number of [1, 2]) {
    const bytes = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, number);
    const { body } = await house.post('com.atproto.repo.uploadBlob', bytes, { headers: { 'content-type': 'image/png' } });
    const embed = { $type: 'app.bsky.embed.images', images: [{ alt: '', image: body['blob'] }] };
    await succeed(house, 'com.atproto.repo.createRecord', { repo: did, collection: POST, record: { $type: POST, text: `picture ${number}`, createdAt: '2026-01-01T00:00:00Z', embed } });
  }
}

/** Until the mirror has what the house has, blobs and all. */
async function settled({ mirror }: World, { house, did }: NodeHouse): Promise<void> {
  const wanted = (await house.store.account(parseDid(did)))!.head.rev;
  for (;;) {
    const latest = await (await fetch(`${mirror}/xrpc/com.atproto.sync.getLatestCommit?did=${did}`)).json() as { readonly rev: string };
    const { cids } = await (await fetch(`${mirror}/xrpc/com.atproto.sync.listBlobs?did=${did}`)).json() as { readonly cids: readonly string[] };
    if (latest.rev === wanted && cids.length === 2) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}
