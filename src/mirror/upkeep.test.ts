import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inDirectory, opened } from '../../test/support/mirror-directory.ts';
import { House } from '../../test/support/house.ts';
import { isStandby, syncEvent } from '../mirroring/index.ts';
import { cidOf, parseDid } from '../protocol/index.ts';
import { HostNames } from './host-names.ts';
import type { MirrorHost } from './mirror-host.ts';
import { letStand, setPrimary } from './standing.ts';
import { Upkeep } from './upkeep.ts';

const DAY_MS = 24 * 3_600_000;

test('old events, blobs that nothing names and accounts that never came go; the others stay', () => inDirectory(async (directory) => {
  let now = Date.UTC(2026, 0, 1);
  await opened(directory, { now: () => now }, async ({ store: copies, blobs }) => {
    const lines: string[] = [];
    const host = {
      copies, blobs, now: () => now, settings: { eventDays: 3 }, log: (line: string) => lines.push(line),
      ingest: { inTurn: (_did: string, work: () => Promise<unknown>) => work() }, alerts: { standing: async () => undefined, noPrimary: async () => false },
    } as unknown as MirrorHost;
    const upkeep = new Upkeep(host);
    const [active, gone] = ['did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb'].map((did) => parseDid(did));
    const bytes = new TextEncoder().encode('blob');
    for (const did of [active!, gone!]) await copies.enroll({ did });
    await copies.update(active!, { status: 'active' }, [{ type: '#account', did: active!, body: { did: active!, active: true } }]);
    await blobs.put(active!, bytes, { cid: cidOf(bytes, 'raw'), mimeType: 'text/plain' });
    // Of one that comes in parts, the first.
    const film = { cid: cidOf(new Uint8Array(9), 'raw'), mimeType: 'video/mp4', size: 9 };
    await blobs.uploads.put(active!, film, new Blob([new Uint8Array(5)]).stream(), 0, { limit: 9, most: 99 });
    await upkeep.run();
    assert.deepEqual([await copies.prunedSeq(), (await blobs.usage(active!)).blobs, (await copies.account(gone!))?.status], [0, 2, 'pairing']);
    now += 4 * DAY_MS;
    await upkeep.run();
    assert.equal(await copies.prunedSeq(), await copies.lastSeq());
    assert.deepEqual([(await blobs.usage(active!)).blobs, (await copies.account(gone!))?.status], [0, 'pairing']);
    now += 4 * DAY_MS;
    await upkeep.run();
    assert.deepEqual([(await copies.account(active!))?.status, (await copies.account(gone!))?.status], ['active', 'deleted']);
    assert.deepEqual(lines.length, 1);
    await upkeep.close();
  });
}));

test('what has stood by for long has as long to pair as a new one, and whoever follows slowly keeps nobody else waiting', () => inDirectory(async (directory) => {
  let now = Date.UTC(2026, 0, 1);
  await opened(directory, { now: () => now }, async ({ store: copies, blobs }) => {
    const followed: string[] = [];
    const host = {
      copies, blobs, now: () => now, settings: { eventDays: 3 }, log: () => undefined, announce: () => undefined,
      identities: { of: async () => ({ pds: 'https://first.test' }) },
      ingest: { inTurn: (_did: string, work: () => Promise<unknown>) => work() }, alerts: { standing: async () => undefined, noPrimary: async () => false },
      standbys: { followFor: async (did: string) => void followed.push(did) },
    } as unknown as MirrorHost;
    const upkeep = new Upkeep(host);
    const did = parseDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa');
    await copies.enroll({ did });
    await setPrimary(host, did, { url: 'https://first.test', key: 'did:key:zDnaembgSGUhZULN2Caob4HLJPaxBh92N7rtH21TErzqf8HQo' });
    now += 30 * DAY_MS;
    await upkeep.run();
    assert.deepEqual(followed, [did]);
    await setPrimary(host, did, undefined);
    for (const [days, status] of [[0, 'pairing'], [6, 'pairing'], [2, 'deleted']] as const) {
      now += days * DAY_MS;
      await upkeep.run();
      assert.equal((await copies.account(did))?.status, status);
    }
    await upkeep.close();
  });
}));

test('what was served and is a standby is one again when it was suspended meanwhile, and becomes one whatever it followed before', () => inDirectory(async (directory) => {
  await opened(directory, {}, async ({ store: copies }) => {
    const did = parseDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa');
    const primary = { url: 'https://first.test', key: 'did:key:zDnaembgSGUhZULN2Caob4HLJPaxBh92N7rtH21TErzqf8HQo' };
    const house = await House.create([]);
    let pds = 'https://second.test';
    const host = {
      copies, now: Date.now, log: () => undefined, announce: () => undefined, names: new HostNames({ hostname: 'third.test', moreHostnames: ['second.test'] }, 0), identities: { of: async () => ({ pds }) },
      ingest: { inTurn: (_did: string, work: () => Promise<unknown>) => work() }, alerts: { standing: async () => undefined, noPrimary: async () => false },
    } as unknown as MirrorHost;
    await copies.enroll({ did });
    const writer = await copies.copy(did);
    const { commit } = house.repository;
    await writer.add([commit]);
    await writer.adopt({ expected: undefined, head: { cid: commit.cid, rev: commit.rev, data: commit.data }, signingKey: primary.key, collections: new Map(), events: [] });
    await copies.update(did, { status: 'active', primary }, [syncEvent(did, commit.rev, commit)]);
    assert.notEqual((await copies.account(did))!.told, undefined);
    await assert.rejects(setPrimary(host, did, primary), { code: 'StillServed' });
    pds = 'https://first.test';
    await setPrimary(host, did, primary);
    assert.ok(isStandby((await copies.account(did))!));
    await letStand(host, did, 'suspended');
    await letStand(host, did, 'active');
    assert.ok(isStandby((await copies.account(did))!));
  });
}));

test('an account that was taken down while it paired has as long as a new one when that is taken back', () => inDirectory(async (directory) => {
  let now = Date.UTC(2026, 0, 1);
  await opened(directory, { now: () => now }, async ({ store: copies, blobs }) => {
    const host = {
      copies, blobs, now: () => now, settings: { eventDays: 3 }, log: () => undefined, announce: () => undefined,
      ingest: { inTurn: (_did: string, work: () => Promise<unknown>) => work() }, alerts: { standing: async () => undefined, noPrimary: async () => false },
    } as unknown as MirrorHost;
    const upkeep = new Upkeep(host);
    const did = parseDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa');
    await copies.enroll({ did });
    await letStand(host, did, 'takendown');
    now += 10 * DAY_MS;
    await letStand(host, did, 'active');
    for (const [days, status] of [[0, 'pairing'], [6, 'pairing'], [2, 'deleted']] as const) {
      now += days * DAY_MS;
      await upkeep.run();
      assert.equal((await copies.account(did))?.status, status);
    }
    await upkeep.close();
  });
}));
