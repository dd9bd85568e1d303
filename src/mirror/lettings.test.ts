import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { inDirectory, opened } from '../../test/support/mirror-directory.ts';
import { json, MirrorHouse, note, startTestMirror } from '../../test/support/running-mirror.ts';
import type { RunningTestMirror, Told } from '../../test/support/running-mirror.ts';
import type { AccountTerms, NewInvitation } from '../mirroring/index.ts';
import { parseDid } from '../protocol/index.ts';
import { openMirrorStore } from '../storage/sqlite/index.ts';
import type { MirrorHost } from './mirror-host.ts';
import { newCode } from './invitations.ts';
import { Upkeep } from './upkeep.ts';

const DAY_MS = 24 * 3_600_000;
const refused = ({ status, body }: Told): unknown[] => [status, body['error']];

describe('a mirror that is rented', () => {
  let mirror: RunningTestMirror;
  before(async () => {
    mirror = await startTestMirror({ settings: { inviteOnly: true } });
  });
  after(() => mirror.close());

  /** What an operator has done meanwhile. */
  const operated = (work: (store: Awaited<ReturnType<typeof openMirrorStore>>['store']) => Promise<unknown>): Promise<void> => mirror.restart({}, async () => {
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

it('an account whose time and grace are over is suspended, keeps its data, and is told of', () => inDirectory(async (directory) => {
  let now = Date.UTC(2026, 0, 1);
  await opened(directory, { now: () => now }, async ({ store: copies, blobs }) => {
    const told: string[] = [];
    const did = parseDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa');
    const host = {
      copies, blobs, now: () => now, settings: { eventDays: 300 }, log: () => undefined,
      announce: (events: readonly { readonly type: string }[]) => void told.push(...events.map(({ type }) => type)),
      ingest: { inTurn: (_did: string, work: () => Promise<unknown>) => work() },
    } as unknown as MirrorHost;
    const upkeep = new Upkeep(host);
    await copies.invite({ code: 'a', note: '', terms: {}, days: 10 });
    await copies.enroll({ did, invitation: 'a' });
    await copies.update(did, { status: 'active' }, []);
    for (const [days, status] of [[10, 'active'], [13, 'active'], [2, 'suspended'], [100, 'suspended']] as const) {
      now += days * DAY_MS;
      await upkeep.run();
      assert.equal((await copies.account(did))?.status, status);
    }
    await upkeep.close();
  });
}));
