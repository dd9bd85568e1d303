import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readEvent } from '../../test/support/event-facts.ts';
import type { EventFacts } from '../../test/support/event-facts.ts';
import { inDirectory, opened } from '../../test/support/mirror-directory.ts';
import { ask, json, MirrorHouse, note, startTestMirror } from '../../test/support/running-mirror.ts';
import type { RunningTestMirror, Told } from '../../test/support/running-mirror.ts';
import type { AccountTerms, NewInvitation, StoredEvent } from '../mirroring/index.ts';
import { cidOf, parseDid } from '../protocol/index.ts';
import type { Did } from '../protocol/index.ts';
import { openMirrorStore } from '../storage/sqlite/index.ts';
import type { MirrorStores } from '../storage/sqlite/index.ts';
import { MirroredAccount } from '../testing/index.ts';
import type { MirrorHost } from './mirror-host.ts';
import { newCode, newShortCode } from './invitations.ts';
import { isBarred, letStand } from './standing.ts';
import { Upkeep } from './upkeep.ts';

const DAY_MS = 24 * 3_600_000;
const COLLECTION = 'app.holdfast.test';
const refused = ({ status, body }: Told): unknown[] => [status, body['error']];

describe('a mirror that is rented', () => {
  let mirror: RunningTestMirror;
  before(async () => {
    mirror = await startTestMirror({ settings: { inviteOnly: true } });
  });
  after(() => mirror.close());

  /** What an operator has done meanwhile. */
  const operated = (work: (store: MirrorStores['store']) => Promise<unknown>, invites: readonly string[] = []): Promise<void> => mirror.restart({ invites }, async () => {
    const { store, close } = await openMirrorStore(mirror.folder);
    await work(store);
    await close();
  });
  const invite = (invitation: Partial<NewInvitation> & { readonly code: string }) => operated((store) => store.invite({ note: '', terms: {}, ...invitation }));
  const terms = (house: MirrorHouse, set: AccountTerms) => operated((store) => store.setTerms(house.did, set));
  const usage = async (house: MirrorHouse): Promise<Record<string, unknown>> => (await house.expect('getUsage', { method: 'GET' }))['usage'] as Record<string, unknown>;
  const join = async (house: MirrorHouse, code: string): Promise<void> => {
    house.register();
    await house.enroll({ handle: house.handle, invite: code });
    await house.putRepo();
    house.move();
    await house.expect('activate', {});
  };

  it('takes an account by an invitation, on its terms, and tells its owner what it takes and may', async () => {
    const code = newCode();
    assert.match(code, /^(?:[a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    await invite({ code, terms: { repoBytes: 100_000, blobBytes: 1_000, writesPerHour: 5 }, days: 30 });
    const house = await MirrorHouse.make(mirror, 1, [note('first')]);
    house.register();
    assert.deepEqual(refused(await house.call('enroll', json({ handle: house.handle }))), [400, 'InvalidInviteCode']);
    const begun = Date.now();
    await join(house, code);
    const { repoBytes, until, end, ...rest } = await usage(house);
    assert.deepEqual(rest, { status: 'active', repoLimit: 100_000, blobBytes: 0, blobLimit: 1_000, warnings: [], writes: 0, writesLimit: 5 });
    assert.ok(Number(repoBytes) > 0);
    const kept = Date.parse(String(until)) - begun;
    assert.ok(kept >= 30 * DAY_MS && kept < 30 * DAY_MS + 60_000, String(until));
    assert.equal(Date.parse(String(end)) - Date.parse(String(until)), 14 * DAY_MS);
  });

  it('tells anybody its terms, with an invitation those of it, and nothing of whom it is for or who used it', async () => {
    const terms = async (input: object): Promise<Told> => ask(mirror, '/xrpc/app.holdfast.mirror.getTerms', { method: 'POST', ...json(input) });
    const everybody = {
      repoBytes: 50_000_000, mostRepoBytes: 50_000_000, allBlobBytes: 5_000_000, mostAllBlobBytes: 5_000_000, blobBytes: 1_000_000,
      warnPercent: 90, noticeDays: 14, graceDays: 14,
    };
    assert.deepEqual((await terms({})).body, { terms: everybody });
    const expiresAt = Date.now() + DAY_MS;
    await operated(async (store) => {
      await store.invite({ code: 'told', note: 'for Ada', terms: { repoBytes: 100_000, blobBytes: 1_000, writesPerHour: 5 }, days: 30, expiresAt });
      await store.invite({ code: 'over', note: '', terms: { repoBytes: 90_000_000 }, expiresAt: Date.now() - 1 });
    });
    const agreed = { ...everybody, repoBytes: 100_000, mostRepoBytes: 110_000, allBlobBytes: 1_000, mostAllBlobBytes: 1_100, writesPerHour: 5, days: 30, usableUntil: new Date(expiresAt).toISOString() };
    assert.deepEqual((await terms({ invite: 'told' })).body, { terms: { ...agreed, invitation: 'open' } });
    const house = await MirrorHouse.make(mirror, 5);
    await join(house, 'told');
    assert.deepEqual((await terms({ invite: 'told' })).body, { terms: { ...agreed, invitation: 'used' } });
    const { usableUntil: _, ...over } = (await terms({ invite: 'over' })).body['terms'] as Record<string, unknown>;
    // No terms go beyond what anybody may take.
    assert.deepEqual(over, { ...everybody, invitation: 'over' });
    await operated((store) => store.withdraw('over'));
    for (const invite of ['over', 'tol', 'told2', 'Told', 'x'.repeat(128)]) assert.deepEqual(refused(await terms({ invite })), [400, 'InvalidInviteCode'], invite);
    for (const invite of ['', 'x'.repeat(129)]) assert.deepEqual(refused(await terms({ invite })), [400, 'InvalidRequest'], invite);
  });

  it('takes an account by a short code, however it is typed', async () => {
    const code = newShortCode();
    await invite({ code, days: 3 });
    const house = await MirrorHouse.make(mirror, 6);
    await join(house, ` ${code.toLowerCase().replace('-', ' ').replaceAll('0', 'o')} `);
    assert.ok((await usage(house))['until'] !== undefined);
    const other = await MirrorHouse.make(mirror, 7);
    other.register();
    assert.deepEqual(refused(await other.call('enroll', json({ invite: code }))), [400, 'InvalidInviteCode']);
  });

  it('who is here on terms already is not told that others hold', async () => {
    await operated(async (store) => {
      for (const [code, days] of [['agreed', 10], ['not-agreed', 90]] as const) await store.invite({ code, note: '', terms: {}, days });
    });
    const house = await MirrorHouse.make(mirror, 8);
    house.register();
    await house.enroll({ handle: house.handle, invite: 'agreed' });
    const refuses = async (): Promise<void> => {
      for (const invite of ['not-agreed', 'nonsense']) assert.deepEqual(refused(await house.call('enroll', json({ handle: house.handle, invite }))), [400, 'InvalidInviteCode'], invite);
    };
    await refuses();
    for (const again of [{}, { invite: 'agreed' }]) assert.equal((await house.call('enroll', json({ handle: house.handle, ...again }))).status, 200);
    await join(house, 'agreed');
    await refuses();
    assert.equal((await house.call('enroll', json({}))).status, 200);
    const { body } = await ask(mirror, '/xrpc/app.holdfast.mirror.getTerms', { method: 'POST', ...json({ invite: 'not-agreed' }) });
    assert.equal((body['terms'] as { invitation: string }).invitation, 'open');
  });

  it('warns before anything stops, and refuses only beyond a tenth more', async () => {
    await invite({ code: 'second' });
    const house = await MirrorHouse.make(mirror, 2, [note('first')]);
    await join(house, 'second');
    await terms(house, { blobBytes: 100, until: Date.now() + 3 * DAY_MS });
    assert.equal((await house.putBlob(new Uint8Array(95).fill(1))).status, 200);
    assert.deepEqual((await usage(house))['warnings'], ['blobs', 'time']);
    assert.equal((await house.putBlob(new Uint8Array(15).fill(2))).status, 200);
    assert.deepEqual(refused(await house.putBlob(new Uint8Array(5).fill(3))), [413, 'QuotaExceeded']);
    await terms(house, { repoBytes: 1 });
    assert.deepEqual((await usage(house))['warnings'], ['records']);
  });

  it('does not offer again what its settings still name and its operator took back', async () => {
    await mirror.restart({ invites: ['named', 'taken-back'] });
    await operated((store) => store.withdraw('taken-back'), ['named', 'taken-back']);
    const house = await MirrorHouse.make(mirror, 4);
    house.register();
    assert.deepEqual(refused(await house.call('enroll', json({ handle: house.handle, invite: 'taken-back' }))), [400, 'InvalidInviteCode']);
    await join(house, 'named');
  });

  it('forgets the invitations of its settings that stand there no more, and that nobody has used', async () => {
    await mirror.restart({ invites: ['of-the-settings', 'another'] });
    const house = await MirrorHouse.make(mirror, 3);
    await join(house, 'of-the-settings');
    await mirror.restart({ invites: [] });
    const { store, close } = await openMirrorStore(mirror.folder);
    const codes = (await store.invitations({ limit: 100 })).map(({ code }) => code);
    await close();
    assert.ok(codes.includes('of-the-settings') && !codes.includes('another'), codes.join());
  });
});

describe('an account whose time and grace are over', () => {
  /** An upkeep over stores whose clock stands where the test puts it. */
  const inTime = (work: (place: { readonly stores: MirrorStores; readonly host: MirrorHost; readonly clock: { ms: number }; readonly told: EventFacts[] }) => Promise<void>): Promise<void> => (
    inDirectory(async (directory) => {
      const clock = { ms: Date.UTC(2026, 0, 1) };
      await opened(directory, { now: () => clock.ms }, async (stores) => {
        const told: EventFacts[] = [];
        const host = {
          copies: stores.store, blobs: stores.blobs, now: () => clock.ms, settings: { eventDays: 300 }, log: () => undefined,
          announce: (events: readonly StoredEvent[]) => void told.push(...events.map(({ frame }) => readEvent(frame))),
          ingest: { inTurn: (_did: string, work: () => Promise<unknown>) => work() }, alerts: { standing: async () => undefined, noPrimary: async () => false },
        } as unknown as MirrorHost;
        await work({ stores, host, clock, told });
      });
    })
  );

  it('is suspended, keeps its data, and is told of once', () => inTime(async ({ stores: { store: copies, blobs }, host, clock, told }) => {
    const account = await MirroredAccount.make(copies);
    const { did } = account;
    await copies.invite({ code: 'a', note: '', terms: {}, days: 10 });
    await copies.enroll({ did, invitation: 'a' });
    await account.handOver(copies, { expected: undefined });
    await copies.update(did, { status: 'active' }, []);
    const bytes = new TextEncoder().encode('blob');
    const cid = cidOf(bytes, 'raw');
    await blobs.put(did, bytes, { cid, mimeType: 'text/plain' });
    const path = `${COLLECTION}/pic`;
    await account.write(copies, [{ action: 'create', path, record: { $type: COLLECTION } }], { blobs: new Map([[path, [cid]]]) });
    const { collections, bytes: size, head } = (await copies.account(did))!;
    const upkeep = new Upkeep(host);
    for (const [days, status, events] of [[10, 'active', 0], [13, 'active', 0], [2, 'suspended', 1], [100, 'suspended', 1]] as const) {
      clock.ms += days * DAY_MS;
      await upkeep.run();
      const { status: now, ...rest } = (await copies.account(did))!;
      assert.deepEqual([now, told.length], [status, events]);
      assert.deepEqual([rest.collections, rest.bytes, rest.head, (await blobs.usage(did)).blobs], [collections, size, head, 1]);
    }
    assert.deepEqual(told.map(({ type, body }) => [type, body['did'], body['active'], body['status']]), [['#account', did, false, 'suspended']]);
    await upkeep.close();
  }));

  it('is left alone where its operator has decided otherwise meanwhile', () => inTime(async ({ stores: { store: copies, blobs }, host, clock }) => {
    const [first, longer, down] = ['a', 'b', 'c'].map((letter) => parseDid(`did:plc:${letter.repeat(24)}`)) as [Did, Did, Did];
    for (const did of [first, longer, down]) {
      await copies.enroll({ did });
      await copies.setTerms(did, { until: clock.ms });
      await copies.update(did, { status: 'active' });
    }
    clock.ms += 20 * DAY_MS;
    // While the first of the page is looked at.
    const collect = async (did: Did, graceMs: number): Promise<number> => {
      if (did === first) {
        await copies.setTerms(longer, { until: clock.ms });
        await copies.update(down, { status: 'takendown' });
      }
      return blobs.collect(did, graceMs);
    };
    const upkeep = new Upkeep({ ...host, blobs: { collect, uploads: blobs.uploads } as unknown as MirrorHost['blobs'] });
    await upkeep.run();
    const statuses = await Promise.all([first, longer, down].map(async (did) => (await copies.account(did))?.status));
    assert.deepEqual(statuses, ['suspended', 'active', 'takendown']);
    await upkeep.close();
  }));

  it('may come back where nothing but its time has ended it, and not where its operator had suspended it before, or has since', () => inTime(async ({ stores: { store: copies }, host, clock, told }) => {
    const all = ['a', 'b', 'c'].map((letter) => parseDid(`did:plc:${letter.repeat(24)}`)) as [Did, Did, Did];
    const [, before, since] = all;
    for (const did of all) {
      await copies.enroll({ did });
      await copies.setTerms(did, { until: clock.ms });
      await copies.update(did, { status: 'active' });
    }
    await letStand(host, before, 'suspended');
    clock.ms += 20 * DAY_MS;
    const upkeep = new Upkeep(host);
    await upkeep.run();
    await letStand(host, since, 'suspended');
    await upkeep.run();
    const states = async (): Promise<unknown[]> => Promise.all(all.map(async (did) => {
      const account = (await copies.account(did))!;
      return [account.held ?? account.status, isBarred(account, clock.ms)];
    }));
    assert.deepEqual(await states(), [['suspended', true], ['suspended', true], ['suspended', true]]);
    for (const did of all) await copies.remove(did);
    clock.ms += 400 * DAY_MS;
    assert.deepEqual(await states(), [['suspended', false], ['suspended', true], ['suspended', true]]);
    assert.deepEqual(told, []);
    // What was decided of it before is taken back as a whole.
    await letStand(host, since, 'active');
    await copies.enroll({ did: since });
    await copies.update(since, { status: 'active' });
    await upkeep.run();
    await copies.remove(since);
    assert.equal(isBarred((await copies.account(since))!, clock.ms), false);
    await upkeep.close();
  }));
});
