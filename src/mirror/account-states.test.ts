// What each endpoint says of an account in each state that a host can give it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { OPERATOR, operated } from '../../test/support/operator.ts';
import { ask, MirrorHouse, note, startTestMirror } from '../../test/support/running-mirror.ts';
import type { RunningTestMirror } from '../../test/support/running-mirror.ts';
import { cidOf } from '../protocol/index.ts';
import { openMirrorStore } from '../storage/sqlite/index.ts';

const STATES = ['pairing', 'active', 'deactivated', 'suspended', 'takendown', 'deleted', 'never here'] as const;
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

/** As everybody may know why, except that one which is coming or was never here is simply not here. */
const READ_AS: Readonly<Record<State, string>> = {
  pairing: 'RepoNotFound', active: 'served', deactivated: 'RepoDeactivated', suspended: 'RepoSuspended', takendown: 'RepoTakendown',
  deleted: 'RepoNotFound', 'never here': 'RepoNotFound',
};
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
    house.move();
    await house.expect('activate', {});
    if (state === 'deleted') await house.expect('leave', {});
    if (state === 'suspended' || state === 'takendown') await operated(mirror, 'updateAccount', { did: house.did, status: state });
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
      if (state === 'deleted' || state === 'never here') assert.equal(said, 'HandleNotFound', state);
      else assert.equal(body['did'], did, state);
    }
  });
});
