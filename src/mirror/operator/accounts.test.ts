import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readEvent } from '../../../test/support/event-facts.ts';
import { operate, operated, OPERATOR } from '../../../test/support/operator.ts';
import { ask, json, MirrorHouse, note, startTestMirror } from '../../../test/support/running-mirror.ts';
import type { RunningTestMirror, Told } from '../../../test/support/running-mirror.ts';
import { openMirrorStore } from '../../storage/sqlite/index.ts';

const DAY_MS = 24 * 3_600_000;
const refused = ({ status, body }: Told): unknown[] => [status, body['error']];

describe('what an operator decides of accounts', () => {
  let mirror: RunningTestMirror;
  before(async () => {
    mirror = await startTestMirror({ settings: { inviteOnly: true, operator: OPERATOR } });
  });
  after(() => mirror.close());

  const call = (method: string, input?: object): Promise<Told> => operate(mirror, method, input);
  const done = (method: string, input?: object): Promise<Record<string, unknown>> => operated(mirror, method, input);
  const invited = async (seed: number, wish: object = {}): Promise<MirrorHouse> => {
    const { code } = (await done('createInvitation', wish))['invitation'] as { code: string };
    const house = await MirrorHouse.make(mirror, seed, [note('first')]);
    house.register();
    await house.enroll({ handle: house.handle, invite: code });
    await house.putRepo();
    house.move();
    await house.expect('activate', {});
    return house;
  };
  const read = (path: string): Promise<Told> => ask(mirror, `/xrpc/com.atproto.sync.${path}`);
  const told = async (did: string): Promise<string[]> => (await mirror.frames()).map(readEvent).filter((event) => event.did === did)
    .map(({ type, body }) => [type, body['active'], body['status']].filter((fact) => fact !== undefined).join(' '));

  it('invites one account on terms, sees it, and takes unused invitations back', async () => {
    const made = (await done('createInvitation', { note: 'for Ada', days: 30, terms: { repoBytes: 100_000, writesPerHour: 9 } }))['invitation'] as Record<string, unknown>;
    assert.deepEqual([made['note'], made['days'], made['terms'], made['usedBy']], ['for Ada', 30, { repoBytes: 100_000, writesPerHour: 9 }, undefined]);
    await done('withdrawInvitation', { code: made['code'] });
    assert.deepEqual(refused(await call('withdrawInvitation', { code: made['code'] })), [400, 'InvitationNotFound']);
    // A short code is over after a day, or sooner.
    for (const [wished, hours] of [[undefined, 24], [100, 24], [2, 2]] as const) {
      const begun = Date.now();
      const wish = { short: true, ...(wished !== undefined && { expiresAt: new Date(begun + wished * 3_600_000).toISOString() }) };
      const { code, expiresAt } = (await done('createInvitation', wish))['invitation'] as { code: string; expiresAt: string };
      assert.match(code, /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
      const ms = Date.parse(expiresAt) - begun - hours * 3_600_000;
      assert.ok(ms >= 0 && ms < 60_000, expiresAt);
      await done('withdrawInvitation', { code });
    }
    assert.deepEqual(refused(await call('createInvitation', { terms: { until: new Date().toISOString() } })), [400, 'TermsInvalid']);
    assert.deepEqual(refused(await call('createInvitation', { expiresAt: new Date(Date.now() - 1).toISOString() })), [400, 'TermsInvalid']);
    assert.deepEqual(refused(await call('createInvitation', { terms: { repoBytes: -1 } })), [400, 'InvalidRequest']);

    const house = await invited(1, { note: 'used', days: 30, terms: { blobBytes: 5_000 } });
    const { invitations } = await done('listInvitations') as unknown as { invitations: Record<string, unknown>[] };
    assert.deepEqual(invitations.map(({ note: words, usedBy }) => [words, usedBy]), [['used', house.did]]);
    const { account } = await done(`getAccount?account=${house.handle}`) as unknown as { account: Record<string, unknown> };
    const { usage, terms, createdAt, rev, words, ...rest } = account as Record<string, Record<string, unknown>>;
    assert.deepEqual(rest, { did: house.did, handle: house.handle, host: 'localhost', status: 'active', records: 1 });
    assert.equal(words!['length'], 4);
    assert.deepEqual([usage!['blobLimit'], terms!['blobBytes'], rev], [5_000, 5_000, house.repository.commit.rev]);
    const kept = Date.parse(String(terms!['until'])) - Date.parse(String(createdAt));
    assert.ok(Math.abs(kept - 30 * DAY_MS) < 60_000);
    assert.deepEqual(refused(await call('getAccount?account=nobody.example')), [400, 'AccountNotFound']);
  });

  it('lists accounts page by page, without those that left', async () => {
    const [second, third] = [await invited(2), await invited(3)];
    await third.expect('leave', {});
    const seen: string[] = [];
    let cursor = '';
    for (let pages = 0; pages < 9; pages++) {
      const page = await done(`listAccounts?limit=1${cursor}`) as unknown as { accounts: { did: string }[]; cursor?: string };
      seen.push(...page.accounts.map(({ did }) => did));
      if (page.cursor === undefined) break;
      cursor = `&cursor=${page.cursor}`;
    }
    assert.deepEqual(seen.slice(-1), [second.did]);
    assert.ok(!seen.includes(third.did));
    assert.deepEqual(refused(await call('listAccounts?cursor=none')), [400, 'InvalidRequest']);
  });

  it('takes an account down: nothing of it is served or taken, the network is told, its data stays; and all of that is taken back', async () => {
    const house = await invited(4);
    const { did } = house;
    for (const [status, error] of [['takendown', 'RepoTakendown'], ['suspended', 'RepoSuspended']] as const) {
      const { account } = await done('updateAccount', { did, status }) as unknown as { account: { status: string; records: number } };
      assert.deepEqual([account.status, account.records], [status, 1]);
      // Said twice it is told once.
      await done('updateAccount', { did, status });
      assert.deepEqual((await told(did)).at(-1), `#account false ${status}`);
      assert.deepEqual((await read(`getRepoStatus?did=${did}`)).body, { did, active: false, status });
      assert.deepEqual(refused(await read(`getRepo?did=${did}`)), [400, error]);
      assert.deepEqual(refused(await house.call('putRepo', { body: await house.car(), headers: { 'content-type': 'application/vnd.ipld.car' } })), [400, 'AccountInactive']);
      assert.deepEqual(refused(await house.putBlob(new Uint8Array(8))), [400, 'AccountInactive']);
      assert.deepEqual(refused(await house.call('putKit', json({ kind: 'passkey', file: { $bytes: 'AAAA' } }))), [400, 'AccountInactive']);
      assert.deepEqual(refused(await house.call('enroll', json({ handle: house.handle }))), [400, 'AccountTakedown']);
    }
    assert.deepEqual(await told(did), ['#account true', '#identity', '#account false takendown', '#account false suspended']);
    await done('updateAccount', { did, status: 'active' });
    assert.deepEqual((await told(did)).slice(-5), ['#account false takendown', '#account false suspended', '#account true', '#identity', '#sync']);
    assert.equal((await read(`getRepo?did=${did}`)).status, 200);
    assert.equal((await read(`getRepoStatus?did=${did}`)).body['active'], true);
    assert.deepEqual(refused(await call('updateAccount', { did: 'did:plc:zzzzzzzzzzzzzzzzzzzzzzzz', status: 'takendown' })), [400, 'AccountNotFound']);
    assert.deepEqual(refused(await call('updateAccount', { did, status: 'deleted' })), [400, 'InvalidRequest']);
  });

  it('tells of one that is served again no name that its DID names no more', async () => {
    const house = await invited(20);
    await done('updateAccount', { did: house.did, status: 'suspended' });
    house.move(mirror.url, 'own.example');
    await done('updateAccount', { did: house.did, status: 'active' });
    const [identity] = (await mirror.frames()).slice(-2).map(readEvent);
    assert.deepEqual([identity!.type, identity!.did, identity!.body['handle']], ['#identity', house.did, undefined]);
  });

  it('has an account stay down that leaves and comes back, until that is taken back, and on the terms that were set', async () => {
    const { code } = (await done('createInvitation', { terms: { blobBytes: 1_000 } }))['invitation'] as { code: string };
    const house = await MirrorHouse.make(mirror, 7, [note('first')]);
    house.register();
    house.move();
    const enroll = (): Promise<Told> => house.call('enroll', json({ handle: house.handle, invite: code }));
    assert.equal((await enroll()).status, 200);
    for (const status of ['takendown', 'suspended'] as const) {
      await done('updateAccount', { did: house.did, status, terms: { blobBytes: 10 } });
      await house.expect('leave', {});
      assert.deepEqual(refused(await enroll()), [400, 'AccountTakedown']);
      const shown = async (): Promise<unknown[]> => {
        const [{ account }, { accounts }] = [await done(`getAccount?account=${house.did}`), await done('listAccounts')] as unknown as [{ account: { status: string } }, { accounts: { did: string }[] }];
        return [account.status, accounts.some(({ did }) => did === house.did)];
      };
      assert.deepEqual(await shown(), [status, true]);
      await done('updateAccount', { did: house.did, status: 'active' });
      assert.deepEqual(refused(await call(`getAccount?account=${house.did}`)), [400, 'AccountNotFound']);
      assert.equal((await enroll()).status, 200);
      assert.deepEqual((await done(`getAccount?account=${house.did}`) as unknown as { account: { terms: object } }).account.terms, { blobBytes: 10 });
    }
    // The network has never heard of it.
    assert.deepEqual(await told(house.did), []);
  });

  it('lets an account come back by a new invitation that only its time had ended, and none that was suspended before', async () => {
    const comesBack = async (house: MirrorHouse): Promise<unknown[]> => {
      await house.expect('leave', {});
      const { code } = (await done('createInvitation', { days: 30 }))['invitation'] as { code: string };
      return refused(await house.call('enroll', json({ handle: house.handle, invite: code })));
    };
    const over = { until: new Date(Date.now() - 15 * DAY_MS).toISOString() };
    const [ended, suspended] = [await invited(8), await invited(10)];
    for (const { did } of [ended, suspended]) await done('updateAccount', { did, terms: over });
    await done('updateAccount', { did: suspended.did, status: 'suspended' });
    // As the upkeep does.
    await mirror.restart({}, async () => {
      const { store, close } = await openMirrorStore(mirror.folder);
      await store.update(ended.did, { status: 'suspended', isOver: true });
      await close();
    });
    assert.deepEqual(await comesBack(ended), [200, undefined]);
    assert.deepEqual(await comesBack(suspended), [400, 'AccountTakedown']);
  });

  it('may take down what was never served: nobody hears of it, and it is paired on afterwards', async () => {
    const { code } = (await done('createInvitation', {}))['invitation'] as { code: string };
    const house = await MirrorHouse.make(mirror, 5, [note('first')]);
    house.register();
    await house.enroll({ handle: house.handle, invite: code });
    await done('updateAccount', { did: house.did, status: 'takendown' });
    assert.deepEqual(refused(await house.call('enroll', json({ handle: house.handle }))), [400, 'AccountTakedown']);
    await done('updateAccount', { did: house.did, status: 'active' });
    assert.deepEqual(await told(house.did), []);
    await house.putRepo();
    house.move();
    await house.expect('activate', {});
    assert.deepEqual(await told(house.did), ['#account true', '#identity', '#sync']);
  });

  it('sets other terms, which hold from the next request on', async () => {
    const house = await invited(6);
    await done('updateAccount', { did: house.did, terms: { blobBytes: 10 } });
    assert.deepEqual(refused(await house.putBlob(new Uint8Array(12))), [413, 'QuotaExceeded']);
    const { account } = await done('updateAccount', { did: house.did, terms: {} }) as unknown as { account: { terms: object } };
    assert.deepEqual(account.terms, {});
    assert.equal((await house.putBlob(new Uint8Array(12))).status, 200);
  });

  it('keeps no account for so long that its end is no date any more, and tells of all accounts as before', async () => {
    const house = await invited(9);
    const last = '9999-12-17T23:59:59.999Z';
    for (const until of ['9999-12-31T23:59:59.999Z', '9999-12-18T00:00:00.000Z']) {
      assert.deepEqual(refused(await call('updateAccount', { did: house.did, terms: { until } })), [400, 'TermsInvalid'], until);
    }
    assert.deepEqual((await done(`getAccount?account=${house.did}`) as unknown as { account: { terms: object } }).account.terms, {});
    await done('updateAccount', { did: house.did, terms: { until: last } });
    await done('listAccounts');
    const { usage } = await house.expect('getUsage', { method: 'GET' }) as { usage: Record<string, unknown> };
    assert.deepEqual([usage['until'], usage['end']], [last, '9999-12-31T23:59:59.999Z']);
    // The longest that an invitation can be for leads nowhere near it.
    assert.deepEqual(refused(await call('createInvitation', { days: 36_501 })), [400, 'InvalidRequest']);
  });
});
