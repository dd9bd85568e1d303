import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readEvent } from '../../test/support/event-facts.ts';
import { readFirehose } from '../../test/support/firehose-reader.ts';
import { operated, OPERATOR, SHOWN } from '../../test/support/operator.ts';
import { ask, json, MirrorHouse, note, startTestMirror } from '../../test/support/running-mirror.ts';
import type { RunningTestMirror, Told } from '../../test/support/running-mirror.ts';
import { Talk } from '../../test/support/talk.ts';
import { cidOf } from '../protocol/index.ts';

const refused = ({ status, body }: Told): unknown[] => [status, body['error']];

describe('a mirror with two host names', () => {
  let mirror: RunningTestMirror;
  /** As the houses of each name know it. */
  let [first, second]: RunningTestMirror[] = [];
  let alice: MirrorHouse;
  let bob: MirrorHouse;
  const logged: string[] = [];
  before(async () => {
    mirror = await startTestMirror({
      settings: { moreHostnames: ['127.0.0.1'], operator: OPERATOR, relays: ['http://127.0.0.1:9'] }, hostAccounts: 1, log: (line) => logged.push(line),
    });
    first = mirror;
    second = { ...mirror, url: mirror.urls[1]!, did: `did:web:127.0.0.1%3A${mirror.port}` };
    alice = await MirrorHouse.paired(first, 1, [note('one')]);
    // She comes by the first name, and lives under the second.
    bob = await MirrorHouse.make(second, 2, [note('two')]);
    bob.register();
  });
  after(() => mirror.close());

  /** Names that a relay was asked to crawl since the start. */
  const crawled = async (): Promise<unknown[]> => ((await operated(mirror, 'listRelays'))['relays'] as { host: string; askedAt?: string }[]).flatMap(({ host, askedAt }) => (askedAt === undefined ? [] : [host]));

  it('has one that comes live under the first name that has room, by whichever it came, and tells it', async () => {
    assert.equal((await alice.enroll())['url'], first!.url);
    const byFirst = await fetch(`${first!.url}/xrpc/app.holdfast.mirror.enroll`, {
      method: 'POST', ...json({ handle: bob.handle }), headers: { 'content-type': 'application/json', authorization: `Bearer ${await bob.token('enroll')}` },
    });
    assert.deepEqual(await byFirst.json(), { url: second!.url, status: 'pairing', handle: bob.handle });
    await bob.putRepo();
    bob.move(first!.url);
    assert.deepEqual(refused(await bob.call('activate')), [400, 'IdentityMismatch']);
    bob.move(second!.url);
    assert.deepEqual(await crawled(), ['localhost'], 'nobody has to know the other yet');
    await bob.expect('activate', {});
    assert.deepEqual(await crawled(), ['localhost', '127.0.0.1']);
    assert.equal((await bob.enroll())['url'], second!.url);
  });

  it('is a server of its own under each: accounts of the other it does not have', async () => {
    const blob = new Uint8Array([1, 2, 3]);
    for (const [at, own, other] of [[first!, alice, bob], [second!, bob, alice]] as const) {
      assert.equal((await ask(at, '/.well-known/did.json')).body['id'], at.did);
      assert.deepEqual((await ask(at, '/.well-known/did.json')).body['service'], [['holdfast_mirror', 'HoldfastMirror'], ['atproto_pds', 'AtprotoPersonalDataServer']].map(
        ([id, type]) => ({ id: `#${id}`, type, serviceEndpoint: at.url }),
      ));
      assert.equal((await ask(at, '/xrpc/com.atproto.server.describeServer')).body['did'], at.did);
      assert.equal((await ask(at, '/xrpc/app.holdfast.mirror.describe')).body['did'], at.did);
      assert.deepEqual(((await ask(at, '/xrpc/com.atproto.sync.listRepos')).body['repos'] as { did: string }[]).map(({ did }) => did), [own.did]);
      const reads = (did: string): readonly string[] => [
        `sync.getRepo?did=${did}`, `sync.getLatestCommit?did=${did}`, `sync.getRepoStatus?did=${did}`, `sync.listBlobs?did=${did}`,
        `sync.getRecord?did=${did}&collection=app.holdfast.note&rkey=x`, `sync.getBlocks?did=${did}&cids=${own.repository.commit.cid.toString()}`,
        `repo.describeRepo?repo=${did}`, `repo.listRecords?repo=${did}&collection=app.holdfast.note`,
      ];
      for (const read of reads(own.did)) assert.equal((await ask(at, `/xrpc/com.atproto.${read}`)).status, 200, read);
      for (const read of [...reads(other.did), `sync.getBlob?did=${other.did}&cid=${cidOf(blob, 'raw').toString()}`, `repo.describeRepo?repo=${other.handle}`]) {
        assert.deepEqual(refused(await ask(at, `/xrpc/com.atproto.${read}`)), [400, 'RepoNotFound'], read);
      }
      for (const { did, handle } of [own, other]) assert.equal((await ask(at, `/xrpc/com.atproto.identity.resolveHandle?handle=${handle}`)).body['did'], did);
    }
    const byNone = { url: `http://[::1]:${mirror.port}` };
    assert.equal((await ask(byNone, '/xrpc/com.atproto.server.describeServer')).body['did'], first!.did);
    assert.equal((await ask(byNone, `/xrpc/com.atproto.sync.getLatestCommit?did=${alice.did}`)).status, 200);
  });

  it('tells each name of its own accounts, old and new in the same bytes, with one sequence behind both', async () => {
    const live = await Promise.all([first!, second!].map(({ url }) => readFirehose(url)));
    for (const [index, house] of [alice, bob, bob, alice].entries()) {
      const talk = await Talk.begin(house);
      await talk.commit(await house.write([note(`told${index}`)]));
      talk.close();
    }
    for (const reader of live) await reader.until(2);
    const old = await Promise.all([first!, second!].map(({ url }) => readFirehose(url, 0)));
    for (const reader of old) await reader.until(5);
    const didsOf = (frames: readonly unknown[]): unknown[] => [...new Set(frames.map(readEvent).map(({ did }) => did))];
    for (const [index, house] of [alice, bob].entries()) {
      assert.deepEqual([didsOf(live[index]!.frames), didsOf(old[index]!.frames)], [[house.did], [house.did]]);
      assert.deepEqual(old[index]!.frames.slice(-2), live[index]!.frames);
      // The number of an event of the other name is a place like any other.
      const others = live[1 - index]!.frames.map(readEvent);
      const between = await readFirehose([first!, second!][index]!.url, Number(others[0]!.seq));
      await between.until(1);
      assert.ok(between.frames.map(readEvent).every(({ did, seq }) => did === house.did && Number(seq) > Number(others[0]!.seq)));
      between.close();
    }
    const seqs = [...old[0]!.frames, ...old[1]!.frames].map((frame) => Number(readEvent(frame).seq));
    assert.equal(new Set(seqs).size, seqs.length);
    for (const reader of [...live, ...old]) reader.close();
  });

  it('takes who comes where all are full under the emptiest, and warns its operator', async () => {
    const carol = await MirrorHouse.make(second!, 3);
    carol.register();
    assert.equal((await carol.enroll())['url'], first!.url);
    assert.ok(logged.some((line) => line.startsWith(`Every host name is full, and ${carol.did} comes under localhost`)));
    const described = await operated(mirror, 'describe');
    assert.deepEqual([described['warnings'], (described['hosts'] as { name: string; isFull: boolean }[]).map(({ name, isFull }) => [name, isFull])], [['full'], [['localhost', true], ['127.0.0.1', true]]]);
    await carol.expect('leave', {});
  });

  it('has one that comes back keep its name, and one whose document names one live under that', async () => {
    const dave = await MirrorHouse.make(second!, 4);
    dave.register();
    dave.move(second!.url);
    assert.equal((await dave.enroll())['url'], second!.url);
    dave.register();
    await dave.expect('leave', {});
    assert.equal((await dave.enroll())['url'], second!.url, 'the document names it no more');
    await dave.expect('leave', {});
  });

  it('shows its operator the name of each account, of each relay, and in the metrics', async () => {
    const accounts = (await operated(mirror, 'listAccounts'))['accounts'] as { did: string; host: string }[];
    assert.deepEqual(accounts.map(({ did, host }) => [did, host]), [[alice.did, 'localhost'], [bob.did, '127.0.0.1']]);
    assert.deepEqual(((await operated(mirror, 'listRelays'))['relays'] as { url: string; host: string }[]).map(({ url, host }) => [url, host]), [['http://127.0.0.1:9', 'localhost'], ['http://127.0.0.1:9', '127.0.0.1']]);
    const metrics = await (await fetch(`${mirror.operatorUrl}/metrics`, { headers: SHOWN })).text();
    for (const name of ['localhost', '127.0.0.1']) assert.match(metrics, new RegExp(`^holdfast_host_accounts\\{host="${name}"\\} 1$`, 'm'));
    const { headers } = await fetch(`${mirror.operatorUrl}/sign-in`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ token: OPERATOR.token }) });
    const page = async (path: string): Promise<string> => (await fetch(`${mirror.operatorUrl}${path}`, { headers: { cookie: headers.get('set-cookie')!.split(';')[0]! } })).text();
    assert.match(await page('/accounts'), new RegExp(`${bob.handle}</a></td><td data-name="Host name">127\\.0\\.0\\.1</td>`));
    assert.match(await page(`/accounts/${bob.did}`), /<dt>Host name<\/dt><dd>127\.0\.0\.1<\/dd>/);
    assert.match(await page('/relays'), /of localhost<[^]*of 127\.0\.0\.1</);
    assert.match(await page('/'), /<li>127\.0\.0\.1: 1 active/);
  });

  it('serves nobody of a name that it has no more, until they pair again under one that it has', async () => {
    await mirror.restart({ moreHostnames: [] });
    assert.ok(logged.some((line) => line.startsWith('1 accounts live under 127.0.0.1, which is no name of this mirror any more')));
    const latest = (at: RunningTestMirror): Promise<Told> => ask(at, `/xrpc/com.atproto.sync.getLatestCommit?did=${bob.did}`);
    assert.deepEqual(refused(await latest(first!)), [400, 'RepoNotFound']);
    await mirror.restart({});
    assert.deepEqual(await crawled(), ['localhost', '127.0.0.1']);
    assert.equal((await latest(second!)).status, 200, 'it was not given up for good');
    await mirror.restart({ moreHostnames: [] });
    const again = await MirrorHouse.make(first!, 2, [note('two')]);
    Object.assign(again, { repository: bob.repository, blocks: bob.blocks, signer: bob.signer });
    const enrolled = await again.enroll();
    assert.deepEqual([enrolled['url'], enrolled['status']], [first!.url, 'pairing']);
    assert.deepEqual(refused(await again.call('activate')), [400, 'IdentityMismatch']);
    // Who goes no further has lost nothing: nothing is given up in a week, and the name may be put back.
    await mirror.restart({});
    assert.equal((await latest(second!)).status, 200);
    assert.equal((await bob.enroll())['status'], 'active');
    await mirror.restart({ moreHostnames: [] });
    again.move(first!.url);
    for (let time = 0; time < 2; time++) await again.expect('activate', {});
    const { url, status } = await again.enroll();
    assert.deepEqual([(await latest(first!)).status, url, status], [200, first!.url, 'active']);
    const reader = await readFirehose(first!.url, 0);
    await reader.until(8);
    assert.deepEqual(reader.frames.map(readEvent).filter(({ did }) => did === bob.did).map(({ type }) => type), ['#account', '#identity', '#sync']);
    reader.close();
  });
});
