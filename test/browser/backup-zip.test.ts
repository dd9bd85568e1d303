import { sha256Ready } from '../../src/protocol/index.ts';
import { generatePassphrase } from '../../src/keys/index.ts';
import { saveBackup } from '../../src/jobs/backup/save-backup.ts';
import { compare } from '../../src/jobs/compare/compare.ts';
import type { JobContext } from '../../src/jobs/job-context.ts';
import { restore } from '../../src/jobs/restore.ts';
import { piecesPlace } from '../../src/jobs/save-place.ts';
import { verify } from '../../src/jobs/verify.ts';
import { DEFAULT_SETTINGS } from '../../src/pds/index.ts';
import { MemoryBlobStore, MemoryHouseStore } from '../../src/storage/memory/index.ts';
import { makeRestorable } from '../support/restorable.ts';
import { equal } from './assert.ts';

const PREFERENCES = new TextEncoder().encode('[{"$type":"app.bsky.actor.defs#adultContentPref","enabled":false}]');

function emptyHouse(): JobContext {
  const blobs = new MemoryBlobStore();
  return {
    blobs, store: new MemoryHouseStore(blobs), fetch: () => Promise.reject(new TypeError('no network')), settings: async () => DEFAULT_SETTINGS,
    signal: new AbortController().signal, progress: () => undefined, now: Date.now,
  };
}

describe('a backup', () => {
  it('is written, read back, tested, and brings an account back, in this browser', async () => {
    await sha256Ready;
    const house = emptyHouse();
    const made = await makeRestorable({ records: 1_500 });
    await restore(made, house);
    await house.store.setPreferences(made.did, PREFERENCES);
    const { file, backup } = await saveBackup({ did: made.did, kit: made.kit }, piecesPlace(), house);
    equal(backup?.hasKit, true);
    const elsewhere = emptyHouse();
    equal((await verify({ car: file! }, elsewhere)).records, 1_500);
    const back = await restore({ car: file!, passphrase: made.passphrase }, elsewhere);
    equal(back.head, made.head.toString());
    equal((await elsewhere.store.preferences(made.did))?.join(), PREFERENCES.join());
  });

  it('is encrypted, read back, tested and compared with its passphrase, and brings an account back, in this browser', async () => {
    await sha256Ready;
    const house = emptyHouse();
    const made = await makeRestorable({ records: 1_500 });
    await restore(made, house);
    const filePassphrase = generatePassphrase();
    const { file, fileName } = await saveBackup({ did: made.did, kit: made.kit, seal: filePassphrase }, piecesPlace(), house);
    equal(fileName.endsWith('.zip.age'), true);
    equal((await compare({ did: made.did, car: file!, filePassphrase }, house)).changes.length, 0);
    const elsewhere = emptyHouse();
    equal((await verify({ car: file!, filePassphrase }, elsewhere)).records, 1_500);
    let refused: unknown;
    await verify({ car: file!.slice(0, file!.size - 70_000), filePassphrase }, elsewhere).catch((error: unknown) => (refused = error));
    equal((refused as { code?: string } | undefined)?.code, 'BackupDamaged');
    equal((await restore({ car: file!, filePassphrase, passphrase: made.passphrase }, elsewhere)).head, made.head.toString());
  });
});
