import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BlobReader, BlobWriter, ZipReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-custom.js';
import type { FileEntry } from '@zip.js/zip.js/lib/zip-core-custom.js';
import { cidOf, parseDid } from '../../protocol/index.ts';
import { bytesOf, restoreOf, TestHouse } from '../../../test/support/job-house.ts';
import { makeRestorable } from '../../../test/support/restorable.ts';
import { PICTURES, PREFERENCES, savedBackup, text } from '../../../test/support/saved-backup.ts';
import { piecesPlace } from '../save-place.ts';
import type { RestoreResult } from '../restore.ts';
import type { SaveResult } from '../save.ts';
import type { VerifyResult } from '../verify.ts';

/** The names and bytes of an archive, as another reader has them. */
async function contentsOf(zip: Blob): Promise<Map<string, Uint8Array>> {
  const entries = await new ZipReader(new BlobReader(zip)).getEntries() as FileEntry[];
  return new Map(await Promise.all(entries.map(async (entry) => [entry.filename, await bytesOf(await entry.getData(new BlobWriter()))] as const)));
}

/** The same archive, compressed, with some files changed, and those left out that become undefined. */
async function repacked(zip: Blob, change: (name: string, bytes: Uint8Array) => Uint8Array | undefined): Promise<Blob> {
  const writer = new ZipWriter(new BlobWriter());
  for (const [name, bytes] of await contentsOf(zip)) {
    const changed = change(name, bytes);
    if (changed !== undefined) await writer.add(name, new BlobReader(new Blob([new Uint8Array(changed)])), { useWebWorkers: false });
  }
  return writer.close();
}

const jsonOf = (bytes: Uint8Array | undefined) => JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;

describe('a backup', () => {
  it('is an ordinary zip of stored files that say what they are, and the repository in it is the bare CAR', async () => {
    const { made, saved, zip } = await savedBackup();
    const files = await contentsOf(zip);
    assert.deepEqual([...files.keys()], [
      'repository.car', ...PICTURES.slice(0, 2).map(({ cid }) => `blobs/${cid.toString()}`).sort(), 'preferences.json', 'identity-log.json', 'kit.age', 'manifest.json',
    ]);
    assert.deepEqual(files.get('repository.car'), await bytesOf(made.car));
    assert.deepEqual(files.get('kit.age'), await bytesOf(made.kit));
    assert.deepEqual(files.get('preferences.json'), PREFERENCES);
    const { did, commit, rev, missingBlobs, blobs, records } = jsonOf(files.get('manifest.json'));
    assert.deepEqual([did, commit, rev, blobs, records], [made.did, made.head.toString(), made.rev, 2, 3]);
    assert.deepEqual(missingBlobs, [PICTURES[2]!.cid.toString()]);
    assert.equal((jsonOf(files.get('identity-log.json'))['operations'] as unknown[]).length, 2);
    assert.match(saved.fileName, /\.zip$/);
    assert.deepEqual(saved.backup && { ...saved.backup, createdAt: 0 }, { createdAt: 0, blobs: 2, blobBytes: 6, hasKit: true, preferences: 1, operations: 2 });
  });

  it('is tested whole, by two verifiers, and touches nothing', async () => {
    const { zip, made } = await savedBackup();
    const elsewhere = new TestHouse();
    const result = await elsewhere.done<VerifyResult>({ job: 'verify', car: zip, twice: true });
    assert.deepEqual([result.did, result.records, result.second, result.bytes], [made.did, 3, { says: 'accepted' }, zip.size]);
    assert.deepEqual([result.backup?.blobs, result.backup?.hasKit, result.blobs], [2, true, 3]);
    assert.deepEqual([await elsewhere.store.accounts(), (await elsewhere.blobs.usage(made.did)).blobs], [[], 0]);
    // Whoever packs it anew and compresses it has the same backup.
    assert.equal((await elsewhere.done<VerifyResult>({ job: 'verify', car: await repacked(zip, (_, bytes) => bytes) })).records, 3);
  });

  it('brings all of it back with the passphrase alone', async () => {
    const { zip, made } = await savedBackup();
    const house = new TestHouse();
    const result = await house.done<RestoreResult>({ job: 'restore', car: zip, passphrase: made.passphrase });
    assert.deepEqual([result.did, result.records, result.blobs, result.missingBlobs], [made.did, 3, 3, 1]);
    assert.deepEqual(await house.store.preferences(made.did), PREFERENCES);
    for (const { cid, bytes } of PICTURES.slice(0, 2)) {
      assert.deepEqual(await bytesOf((await house.blobs.bytes(made.did, cid))!), bytes);
      assert.equal((await house.blobs.info(made.did, cid))?.mimeType, 'image/png');
    }
  });

  it('is refused where anything in it is not what its manifest says, and nothing is changed', async () => {
    const { zip, made } = await savedBackup();
    const house = new TestHouse();
    const flip = (name: string) => (path: string, bytes: Uint8Array): Uint8Array => (
      path.startsWith(name) ? Uint8Array.from(bytes, (byte, index) => (index === bytes.length - 2 ? byte ^ 1 : byte)) : bytes
    );
    const names = ['blobs/', 'preferences.json', 'identity-log.json', 'kit.age'];
    for (const name of names) {
      await house.refuses({ job: 'verify', car: await repacked(zip, flip(name)) }, 'BackupDamaged');
      await house.refuses({ job: 'verify', car: await repacked(zip, (path, bytes) => (path.startsWith(name) ? undefined : bytes)) }, 'BackupDamaged');
      await house.refuses({ job: 'verify', car: await repacked(zip, (path, bytes) => (path.startsWith(name) ? text('x') : bytes)) }, 'BackupDamaged');
    }
    await house.refuses({ job: 'verify', car: await repacked(zip, flip('repository.car')) }, 'BlockHash');
    const other = await bytesOf((await makeRestorable({ records: 3 })).car);
    await house.refuses({ job: 'verify', car: await repacked(zip, (path, bytes) => (path === 'repository.car' ? other : bytes)) }, 'BackupDamaged');
    const manifest = (more: object) => (path: string, bytes: Uint8Array): Uint8Array => (
      path === 'manifest.json' ? text(JSON.stringify({ ...jsonOf(bytes), ...more })) : bytes
    );
    await house.refuses({ job: 'verify', car: await repacked(zip, manifest({ commit: cidOf(new Uint8Array(1)).toString() })) }, 'BackupDamaged');
    await house.refuses({ job: 'verify', car: await repacked(zip, manifest({ did: parseDid('did:web:other.test') })) }, 'BackupDamaged');
    await house.refuses({ job: 'verify', car: await repacked(zip, manifest({ version: 2 })) }, 'BackupNewer');
    await house.refuses({ job: 'verify', car: await repacked(zip, manifest({ format: 'else' })) }, 'BackupForm');
    await house.refuses({ job: 'verify', car: await repacked(zip, (path, bytes) => (path === 'manifest.json' ? undefined : bytes)) }, 'BackupForm');
    for (const end of [10, zip.size / 2, zip.size - 1]) await house.refuses({ job: 'verify', car: zip.slice(0, end) }, 'BackupForm');
    const flipped = await bytesOf(zip);
    flipped[200]! ^= 1;
    assert.match(JSON.stringify(await house.run({ job: 'restore', car: new Blob([flipped]), passphrase: made.passphrase })), /"failed"/);
    assert.deepEqual(await house.store.accounts(), []);
  });

  it('of one account has nothing of another that is in the same house', async () => {
    const { house, made } = await savedBackup();
    const other = await makeRestorable({ seed: 6, records: 4 });
    await house.done(restoreOf(other));
    house.place = piecesPlace();
    const { file, records, backup, did } = await house.done<SaveResult>({ job: 'save', did: other.did, form: 'zip', kit: other.kit });
    assert.deepEqual([did, records, backup?.blobs, backup?.preferences], [other.did, 4, 0, 0]);
    const bytes = Buffer.from(await bytesOf(file!));
    for (const strange of [made.did, 'app.holdfast.test', ...PICTURES.map(({ cid }) => cid.toString())]) assert.equal(bytes.indexOf(strange), -1, strange);
  });

  it('is refused at once where a file has lost its head, rather than waited for', async () => {
    const bytes = Buffer.from(await bytesOf((await savedBackup()).zip));
    for (const name of ['manifest.json', 'kit.age']) {
      const damaged = Buffer.from(bytes);
      // 30 bytes before its name, the local header begins.
      damaged[damaged.indexOf(name) - 30]! ^= 1;
      await new TestHouse().refuses({ job: 'verify', car: new Blob([damaged]) }, 'BackupDamaged');
    }
  });

  it('without a kit asks for one, and with the kit of another account changes nothing', async () => {
    const { zip, made } = await savedBackup();
    const house = new TestHouse();
    const bare = await repacked(zip, (path, bytes) => (path === 'manifest.json'
      ? text(JSON.stringify({ ...jsonOf(bytes), files: (jsonOf(bytes)['files'] as { path: string }[]).filter(({ path: name }) => name !== 'kit.age') })) : bytes));
    await house.refuses({ job: 'restore', car: bare, passphrase: made.passphrase }, 'BackupWithoutKit');
    const other = await makeRestorable({ seed: 6 });
    await house.refuses({ job: 'restore', car: bare, kit: other.kit, passphrase: other.passphrase }, 'CommitDid');
    assert.equal((await house.done<RestoreResult>({ job: 'restore', car: bare, kit: made.kit, passphrase: made.passphrase })).records, 3);
  });

  it('is not kept when the save is cancelled, or what was written reads back differently', async () => {
    const { house, made, zip } = await savedBackup();
    const cut = { ...house.place, finish: async () => zip.slice(0, zip.size - 30), remove: async () => void removed.push('cut') };
    const removed: string[] = [];
    house.place = cut;
    await house.refuses({ job: 'save', did: made.did, form: 'zip' }, 'BackupForm');
    const cancelling = new AbortController();
    house.place = { ...cut, write: async () => cancelling.abort() };
    assert.equal((await house.run({ job: 'save', did: made.did, form: 'zip' }, cancelling.signal)).type, 'cancelled');
    assert.deepEqual(removed, ['cut', 'cut']);
  });
});
