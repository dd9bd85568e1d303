import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Encrypter } from 'age-encryption';
import { generatePassphrase } from '../../keys/index.ts';
import { bytesOf, TestHouse } from '../../../test/support/job-house.ts';
import type { Given } from '../../../test/support/job-house.ts';
import { PICTURES, PREFERENCES, savedBackup, text } from '../../../test/support/saved-backup.ts';
import { FileCopy } from '../check/copies.ts';
import type { CompareResult } from '../compare/compare.ts';
import type { RestoreResult } from '../restore.ts';
import type { JobContext } from '../job-context.ts';
import { piecesPlace } from '../save-place.ts';
import type { SaveResult } from '../save.ts';
import type { VerifyResult } from '../verify.ts';
import { openSealed, sealStream } from './sealed-file.ts';

const PASSPHRASE = generatePassphrase();
const CHUNK = 65_536;
const SEALED = CHUNK + 16;

/** An encrypted backup, and the house that wrote it. */
async function sealedBackup() {
  const { house, made, zip } = await savedBackup();
  house.place = piecesPlace();
  const saved = await house.done<SaveResult>({ job: 'save', did: made.did, form: 'zip', kit: made.kit, seal: PASSPHRASE.toLowerCase() });
  return { house, made, zip, saved, file: saved.file! };
}

async function sealed(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(await sealStream(new Blob([bytes.slice()]).stream(), PASSPHRASE) as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}

const pattern = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 255);

describe('an encrypted backup', () => {
  it('is read back and verified when it is saved, and says nothing without its passphrase', async () => {
    const { saved, file, zip, house, made } = await sealedBackup();
    assert.match(saved.fileName, /\.zip\.age$/);
    assert.deepEqual([saved.records, saved.backup?.blobs, saved.backup?.hasKit, saved.bytes], [3, 2, true, file.size]);
    assert.ok(file.size > zip.size);
    const bytes = Buffer.from(await bytesOf(file));
    for (const plain of ['app.holdfast', 'manifest', made.did.slice(8), 'PK\u0003\u0004']) assert.equal(bytes.indexOf(plain), -1, plain);
    assert.doesNotMatch(JSON.stringify(await house.jobs.list()), new RegExp(PASSPHRASE, 'i'));
  });

  it('is tested whole, by two verifiers, and compared, with its passphrase however it is typed', async () => {
    const { file, house, made } = await sealedBackup();
    const elsewhere = new TestHouse();
    const result = await elsewhere.done<VerifyResult>({ job: 'verify', car: file, twice: true, filePassphrase: ` ${PASSPHRASE.toLowerCase().replaceAll('-', ' ')}` });
    assert.deepEqual([result.records, result.second, result.backup?.blobs, result.bytes], [3, { says: 'accepted' }, 2, file.size]);
    assert.deepEqual((await house.done<CompareResult>({ job: 'compare', did: made.did, car: file, filePassphrase: PASSPHRASE })).changes, []);
  });

  it('brings all of it back, with the passphrase of the kit beside that of the file', async () => {
    const { file, made } = await sealedBackup();
    const house = new TestHouse();
    const given = { job: 'restore', car: file, filePassphrase: PASSPHRASE } as const;
    await house.refuses({ ...given, passphrase: '' }, 'KitPassphrase');
    await house.refuses({ ...given, filePassphrase: made.passphrase, passphrase: made.passphrase }, 'BackupPassphrase');
    const result = await house.done<RestoreResult>({ ...given, passphrase: made.passphrase });
    assert.deepEqual([result.did, result.records, result.missingBlobs], [made.did, 3, 1]);
    assert.deepEqual(await house.store.preferences(made.did), PREFERENCES);
  });

  it('gives what a damaged house lacks, block by block and blob by blob', async () => {
    const { file, made, house } = await sealedBackup();
    const context = { signal: new AbortController().signal, progress: () => undefined } as unknown as JobContext;
    const copy = new FileCopy(file, context, PASSPHRASE);
    const { cid, bytes } = PICTURES[1]!;
    assert.deepEqual((await copy.blob(cid))?.bytes, bytes);
    assert.equal((await copy.blocks([made.head])).size, 1);
    await assert.rejects(new FileCopy(file, context).blob(cid), { code: 'BackupSealed' });
    assert.equal((await house.store.accounts()).length, 1);
  });

  it('under the passphrase of the kit needs no other one', async () => {
    const { house, made } = await savedBackup();
    house.place = piecesPlace();
    const { file } = await house.done<SaveResult>({ job: 'save', did: made.did, form: 'zip', kit: made.kit, seal: made.passphrase });
    const fresh = new TestHouse();
    assert.equal((await fresh.done<RestoreResult>({ job: 'restore', car: file!, filePassphrase: made.passphrase, passphrase: '' })).records, 3);
  });

  it('is not written under a passphrase of which nobody knows how strong it is', async () => {
    const { house, made } = await savedBackup();
    const message = await house.refuses({ job: 'save', did: made.did, form: 'zip', seal: 'seventeen quiet lanterns' }, 'PassphraseWeak');
    assert.match(message, /^Your data in this house is as it was, and no file was kept\./);
  });

  it('asks for its passphrase, and is refused with another, cut short or changed anywhere; the words on safety come first', async () => {
    const { file } = await sealedBackup();
    const house = new TestHouse();
    const refused = async (car: Blob, code: string, filePassphrase: string | undefined = PASSPHRASE): Promise<void> => {
      const given: Given = { job: 'verify', car, ...(filePassphrase !== '' && { filePassphrase }) };
      assert.match(await house.refuses(given, code), /^Nothing in this house was changed\./);
    };
    await refused(file, 'BackupSealed', '');
    await refused(file, 'BackupPassphrase', generatePassphrase());
    await refused(file, 'BackupPassphrase', 'anything');
    const bytes = await bytesOf(file);
    for (const end of [30, 100, 170, 200, 1_000, bytes.length - 1]) await refused(new Blob([bytes.slice(0, end)]), 'BackupDamaged');
    for (const at of [3, 25, 34, 210, 1_000, bytes.length - 5]) {
      const changed = bytes.slice();
      // Another letter of the alphabet.
      changed[at] = changed[at] === 65 ? 66 : 65;
      // Nobody can tell a changed salt from another passphrase; a beginning that is none makes it no encrypted file.
      await refused(new Blob([changed]), at === 3 ? 'CarHeader' : at === 34 ? 'BackupPassphrase' : 'BackupDamaged');
    }
    await refused(new Blob([bytes, new Uint8Array(20)]), 'BackupDamaged');
  });

  it('that asks for too much work is refused before any of it is done', async (context) => {
    const { file } = await sealedBackup();
    const { importKey } = crypto.subtle;
    const imported = context.mock.method(crypto.subtle, 'importKey', importKey);
    const bytes = Buffer.from(await bytesOf(file)).toString('latin1');
    for (const work of ['21', '30', '999']) {
      const asking = new Blob([Buffer.from(bytes.replace(/^(.*\n-> scrypt \S+) \d+\n/, `$1 ${work}\n`), 'latin1')]);
      await new TestHouse().refuses({ job: 'verify', car: asking, filePassphrase: PASSPHRASE }, 'BackupWork');
    }
    for (const work of ['0', '01', '1.5', '-1', 'x', '99999']) {
      const asking = new Blob([Buffer.from(bytes.replace(/^(.*\n-> scrypt \S+) \d+\n/, `$1 ${work}\n`), 'latin1')]);
      await new TestHouse().refuses({ job: 'verify', car: asking, filePassphrase: PASSPHRASE }, 'BackupDamaged');
    }
    assert.equal(imported.mock.callCount(), 0);
  });

  it('for another kind of recipient, in the form of a text, or with something else inside, is refused', async () => {
    const house = new TestHouse();
    const other = text('age-encryption.org/v1\n-> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc\nEmECAEcKN+n/Vs9SbWiV+Hu0r+E8R77DdWYyd83nw7U\n--- Vn+54jqiiUCE+WZcEVY3f1sqHjlu/z1LCQ/T7Xm7qI0\n');
    await house.refuses({ job: 'verify', car: new Blob([other]), filePassphrase: PASSPHRASE }, 'BackupDamaged');
    await house.refuses({ job: 'verify', car: new Blob(['-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n']), filePassphrase: PASSPHRASE }, 'BackupForm');
    for (const inside of [text('no zip'), new Uint8Array(0)]) {
      await house.refuses({ job: 'verify', car: new Blob([await sealed(inside)]), filePassphrase: PASSPHRASE }, 'BackupForm');
    }
  });
});

describe('a sealed file', () => {
  it('gives what was sealed from any place on, for sizes around a chunk', async () => {
    for (const size of [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5]) {
      const plain = pattern(size);
      const file = await openSealed(new Blob([await sealed(plain)]), PASSPHRASE);
      assert.equal(file.size, size);
      for (const [at, length] of [[0, size], [0, 10], [CHUNK - 3, 6], [size - 4, 100], [CHUNK, CHUNK], [size, 1], [5, 3 * CHUNK]] as const) {
        if (at >= 0) assert.deepEqual(await file.read(at, length), plain.slice(at, at + length), `${size} ${at} ${length}`);
      }
    }
  });

  it('opens what age-encryption seals under a passphrase of the owner', async () => {
    const encrypter = new Encrypter();
    encrypter.setPassphrase('seventeen quiet lanterns');
    encrypter.setScryptWorkFactor(4);
    const plain = pattern(70_000);
    const file = await openSealed(new Blob([new Uint8Array(await encrypter.encrypt(plain))]), 'seventeen quiet lanterns');
    assert.deepEqual(await file.read(0, 70_000), plain);
  });

  it('refuses chunks that changed places, are missing, doubled, or of another file', async () => {
    const bytes = await sealed(pattern(3 * CHUNK + 5));
    const other = await sealed(pattern(3 * CHUNK + 5));
    const start = bytes.length - (3 * SEALED + 21);
    const part = (from: number, to: number, of = bytes): Uint8Array<ArrayBuffer> => of.slice(start + from * SEALED, Math.min(of.length, start + to * SEALED));
    const head = bytes.slice(0, start);
    const read = async (...parts: Uint8Array<ArrayBuffer>[]): Promise<string> => {
      try {
        const file = await openSealed(new Blob([head, ...parts]), PASSPHRASE);
        await file.read(0, file.size);
        return 'taken';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    assert.equal(await read(part(0, 4)), 'taken');
    assert.equal(await read(part(1, 2), part(0, 1), part(2, 4)), 'BackupDamaged');
    assert.equal(await read(part(0, 1), part(2, 4)), 'BackupDamaged');
    assert.equal(await read(part(0, 1), part(0, 4)), 'BackupDamaged');
    assert.equal(await read(part(0, 3)), 'BackupDamaged');
    assert.equal(await read(part(0, 2), part(2, 4, other)), 'BackupDamaged');
    assert.equal(await read(part(0, 4), part(3, 4)), 'BackupDamaged');
  });
});
