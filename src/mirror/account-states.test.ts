// What each endpoint says of an account in each state that a host can give it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { OPERATOR, operated } from '../../test/support/operator.ts';
import { ask, json, MirrorHouse, note, startTestMirror } from '../../test/support/running-mirror.ts';
import type { RunningTestMirror } from '../../test/support/running-mirror.ts';
import { cidOf, formatDidKey, parseNsid, signServiceAuth } from '../protocol/index.ts';
import { verifyRepository } from '../repo/index.ts';
import { openMirrorStore } from '../storage/sqlite/index.ts';
import { seededP256Signer } from '../testing/index.ts';

const STATES = [
  'pairing', 'active', 'deactivated', 'suspended', 'takendown', 'deleted', 'never here',
  'stopped before it came', 'a stopped standby', 'gone before it came', 'a standby that is gone',
] as const;
type State = (typeof STATES)[number];

const BLOB = new Uint8Array(100).fill(7);
const CID = cidOf(BLOB, 'raw').toString();

/** What is asked of an account, and what must be there: a part of the path, by its name. */
const READS: Readonly<Record<string, (house: MirrorHouse) => string>> = {
  'sync.getRepo': ({ did }) => `did=${did}`,
  'sync.getRecord': ({ did }) => `did=${did}&collection=app.holdfast.note&rkey=one`,
  'sync.getBlocks': ({ did, repository }) => `did=${did}&cids=${repository.commit.cid.toString()}`,
  'sync.getLatestCommit': ({ did }) => `did=${did}`,
  'sync.getBlob': ({ did }) => `did=${did}&cid=${CID}`,
  'sync.listBlobs': ({ did }) => `did=${did}`,
  'repo.getRecord': ({ did }) => `repo=${did}&collection=app.holdfast.note&rkey=one`,
  'repo.listRecords': ({ did }) => `repo=${did}&collection=app.holdfast.note`,
  'repo.describeRepo': ({ did }) => `repo=${did}`,
};

/** As everybody may know why, except that one which is coming, stands by or was never here is simply not here, whatever becomes of it. */
const READ_AS: Readonly<Record<State, string>> = {
  pairing: 'RepoNotFound', active: 'served', deactivated: 'RepoDeactivated', suspended: 'RepoSuspended', takendown: 'RepoTakendown',
  deleted: 'RepoNotFound', 'never here': 'RepoNotFound', 'stopped before it came': 'RepoNotFound', 'a stopped standby': 'RepoNotFound',
  'gone before it came': 'RepoNotFound', 'a standby that is gone': 'RepoNotFound',
};
/** Of which nothing is kept. */
const GONE: readonly State[] = ['deleted', 'gone before it came', 'a standby that is gone'];
const PRIMARY = { url: 'https://elsewhere.example', key: formatDidKey((await seededP256Signer(new Uint8Array(32).fill(98))).publicKey) };
const STATUS_AS: Readonly<Partial<Record<State, string>>> = { deactivated: 'deactivated', suspended: 'suspended', takendown: 'takendown', deleted: 'deleted' };

describe('an account at a mirror, asked for everywhere in every state', () => {
  let mirror: RunningTestMirror;
  const houses = {} as Record<State, MirrorHouse>;
  before(async () => {
    mirror = await startTestMirror({ settings: { operator: OPERATOR } });
    for (const [seed, state] of STATES.entries()) houses[state] = await inState(state, seed + 1);
    // Nothing that a house can say today brings this state; a database may hold it.
    await mirror.restart({}, async () => {
      const { store, close } = await openMirrorStore(mirror.folder);
      await store.update(houses.deactivated.did, { status: 'deactivated' });
      await close();
    });
  });
  after(() => mirror.close());

  async function inState(state: State, seed: number): Promise<MirrorHouse> {
    const image = { $type: 'blob', ref: cidOf(BLOB, 'raw'), mimeType: 'text/plain', size: BLOB.length };
    const house = await MirrorHouse.make(mirror, seed, [note('one', 'one', { image })]);
    if (state === 'never here') return house;
    house.register();
    await house.enroll();
    await house.putRepo();
    assert.equal((await house.putBlob(BLOB)).status, 200);
    if (state === 'pairing') return house;
    if (state === 'stopped before it came') await operated(mirror, 'updateAccount', { did: house.did, status: 'suspended' });
    if (state === 'gone before it came') await house.expect('leave', {});
    if (state === 'stopped before it came' || state === 'gone before it came') return house;
    house.move();
    await house.expect('activate', {});
    if (state === 'a stopped standby' || state === 'a standby that is gone') {
      house.move(PRIMARY.url);
      await house.expect('enroll', json({ primary: PRIMARY }));
    }
    if (GONE.includes(state)) await house.expect('leave', {});
    if (state === 'takendown') await operated(mirror, 'updateAccount', { did: house.did, status: state });
    if (state === 'suspended' || state === 'a stopped standby') await operated(mirror, 'updateAccount', { did: house.did, status: 'suspended' });
    return house;
  }
  const saidOf = async (path: string): Promise<string> => {
    const response = await fetch(`${mirror.url}/xrpc/com.atproto.${path}`);
    const bytes = await response.arrayBuffer();
    if (response.ok) return 'served';
    return String((JSON.parse(new TextDecoder().decode(bytes)) as { error: string }).error);
  };

  for (const state of STATES) {
    it(`${state}: every method that reads it says ${READ_AS[state]}`, async () => {
      for (const [method, query] of Object.entries(READS)) assert.equal(await saidOf(`${method}?${query(houses[state])}`), READ_AS[state], method);
    });
  }

  /** What the owner of an account does to take it out. */
  async function own(state: State, method: string, { bearer, query = READS[method]!(houses[state]), ...init }: RequestInit & { readonly bearer?: string; readonly query?: string } = {}): Promise<Response> {
    const token = bearer ?? await houses[state].token(`com.atproto.${method}`);
    return fetch(`${mirror.url}/xrpc/com.atproto.${method}?${query}`, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
  }
  const EXPORTS = ['sync.getRepo', 'sync.listBlobs', 'sync.getBlob'];

  for (const state of STATES.filter((each) => each !== 'never here')) {
    it(`${state}: its owner has it with tokens of its key, ${GONE.includes(state) ? 'had there been anything left' : 'all of it, and no cache does'}`, async () => {
      const [car, blobs, blob] = await Promise.all(EXPORTS.map((method) => own(state, method)));
      for (const { headers } of [car!, blobs!, blob!]) assert.equal(headers.get('cache-control'), 'private, no-store');
      if (GONE.includes(state)) return assert.deepEqual(await Promise.all([car, blobs, blob].map(async (each) => (await each!.json() as { error: string }).error)), EXPORTS.map(() => 'RepoNotFound'));
      const { commit, records } = await verifyRepository(new Uint8Array(await car!.arrayBuffer()), { key: houses[state].signer.publicKey, did: houses[state].did });
      assert.deepEqual([commit.cid.toString(), records, await blobs!.json()], [houses[state].repository.commit.cid.toString(), 1, { cids: [CID] }]);
      assert.deepEqual(new Uint8Array(await blob!.arrayBuffer()), BLOB);
      for (const method of Object.keys(READS).filter((each) => !EXPORTS.includes(each))) assert.equal((await own(state, method)).ok, state === 'active', method);
    });
  }

  it('suspended: its owner has a part of a blob, or hears that theirs is the same, and no cache does', async () => {
    const part = await own('suspended', 'sync.getBlob', { headers: { range: 'bytes=1-2' } });
    const same = await own('suspended', 'sync.getBlob', { headers: { 'if-none-match': `"${CID}"` } });
    for (const [{ status, headers }, as] of [[part, 206], [same, 304]] as const) assert.deepEqual([status, headers.get('cache-control')], [as, 'private, no-store']);
  });

  it('is as closed as ever to who shows no token for this, another one, or an app', async () => {
    const plain = async (response: Response): Promise<unknown> => {
      const headers = [...response.headers].filter(([name]) => name !== 'date');
      return [response.status, headers, Buffer.from(await response.arrayBuffer()).toString('base64')];
    };
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const state of ['active', 'suspended', 'takendown', 'pairing', 'deleted'] as const) {
      for (const method of EXPORTS) {
        const query = READS[method]!(houses[state]);
        const everybody = await plain(await fetch(`${mirror.url}/xrpc/com.atproto.${method}?${query}`));
        const bearers = [
          await houses[state].token('com.atproto.sync.getRepoStatus'), await houses[state === 'active' ? 'suspended' : 'active'].token(`com.atproto.${method}`),
          `${part({ alg: 'ES256', typ: 'at+jwt' })}.${part({ iss: mirror.url, sub: houses[state].did, aud: mirror.did })}.AAAA`, 'opaque', '..', 'a.b.c',
        ];
        for (const bearer of bearers) assert.deepEqual(await plain(await own(state, method, { bearer })), everybody, `${state} ${method}`);
        const twice = `did=${houses.active.did}&${query}`;
        assert.notEqual((await own(state, method, { bearer: await houses.active.token(`com.atproto.${method}`), query: twice })).ok, true);
        assert.notEqual((await own(state, method, { query: `${query}&did=${houses.takendown.did}` })).ok, true);
      }
    }
  });

  it('is refused by name to who shows a token for this that is not right', async () => {
    const method = 'sync.getRepo';
    const nsid = `com.atproto.${method}`;
    const { did, signer } = houses.suspended;
    const used = await houses.suspended.token(nsid);
    assert.equal((await own('suspended', method, { bearer: used })).status, 200);
    const claims = { iss: did, aud: mirror.did, lxm: parseNsid(nsid) };
    const wrong: readonly (readonly [bearer: string, code: string])[] = [
      [used, 'BadJwt'], [await houses.suspended.token(nsid, Date.now() - 120_000), 'JwtExpired'], [await signServiceAuth(houses.active.signer, claims), 'BadJwtSignature'],
      [await signServiceAuth(signer, { ...claims, aud: 'did:web:other.example' }), 'BadJwtAudience'],
    ];
    for (const [bearer, code] of wrong) {
      const answer = await own('suspended', method, { bearer });
      assert.deepEqual([answer.status, (await answer.json() as { error: string }).error, answer.headers.get('cache-control')], [401, code, 'private, no-store']);
    }
  });

  it('is known by its state to who asks for it, with a rev where it is served', async () => {
    for (const state of STATES) {
      const { did, repository } = houses[state];
      const { body } = await ask(mirror, `/xrpc/com.atproto.sync.getRepoStatus?did=${did}`);
      if (READ_AS[state] === 'served') assert.deepEqual(body, { did, active: true, rev: repository.rev });
      else if (STATUS_AS[state] === undefined) assert.equal(body['error'], 'RepoNotFound', state);
      else assert.deepEqual(body, { did, active: false, status: STATUS_AS[state] });
    }
  });

  it('is listed with the others, once the network has heard of it, until it is gone', async () => {
    const { body } = await ask(mirror, '/xrpc/com.atproto.sync.listRepos');
    const listed = (body['repos'] as { did: string; active: boolean; status?: string; rev: string }[]).map(({ did, active, status = 'active' }) => [did, active, status]);
    assert.deepEqual(listed, (['active', 'deactivated', 'suspended', 'takendown'] as const).map((state) => [houses[state].did, state === 'active', state]));
  });

  it('keeps its handle as long as anything of it is kept, for the DID says so, not the mirror', async () => {
    for (const state of STATES) {
      const { did, handle } = houses[state];
      const said = await saidOf(`identity.resolveHandle?handle=${handle}`);
      const { body } = await ask(mirror, `/xrpc/com.atproto.identity.resolveHandle?handle=${handle}`);
      if (GONE.includes(state) || state === 'never here') assert.equal(said, 'HandleNotFound', state);
      else assert.equal(body['did'], did, state);
    }
  });

  it('is given out under the key that its DID names by now, and under none of before', async () => {
    const house = await inState('suspended', 20);
    const before = await house.token('com.atproto.sync.getRepo');
    house.signer = await seededP256Signer(new Uint8Array(32).fill(99));
    house.move();
    await mirror.restart();
    houses.suspended = house;
    assert.equal((await own('suspended', 'sync.getRepo', { bearer: before })).status, 401);
    assert.equal((await own('suspended', 'sync.getRepo')).status, 200);
  });
});
