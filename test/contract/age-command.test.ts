// Our kits and backups and the `age` program: each opens what the other sealed, so that they need nothing of ours to be opened.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { decode } from '@ipld/dag-cbor';
import { armorKit, generatePassphrase, openKit, wipeKit } from '../../src/keys/index.ts';
import { piecesPlace } from '../../src/jobs/save-place.ts';
import { TestHouse } from '../support/job-house.ts';
import { makeRestorable } from '../support/restorable.ts';
import { savedBackup } from '../support/saved-backup.ts';
import type { RestoreResult } from '../../src/jobs/restore.ts';
import type { SaveResult } from '../../src/jobs/save.ts';
import type { VerifyResult } from '../../src/jobs/verify.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-age-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `age` in a terminal of its own, and types the passphrase as often as it asks. @returns what it printed, and how it ended */
async function age(args: string, passphrase: string): Promise<{ readonly printed: string; readonly status: number | null }> {
  const terminal = spawn('script', ['--quiet', '--return', '--command', `age ${args}`, '/dev/null'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
  let printed = '';
  terminal.stdout.on('data', (bytes: Buffer) => {
    printed += bytes.toString();
    if (/passphrase[^:\n]*: $/i.test(bytes.toString())) terminal.stdin.write(`${passphrase}\n`);
  });
  const status = await new Promise<number | null>((resolve) => {
    terminal.on('close', resolve);
  });
  return { printed, status };
}

describe('the age program', () => {
  it('opens a kit with its passphrase, armored and not, and finds the keys in it', async () => {
    const { kit, passphrase, did, secrets } = await makeRestorable({ records: 1 });
    const file = new Uint8Array(await kit.arrayBuffer());
    for (const [name, bytes] of [['kit.age', file], ['armored.age', Buffer.from(armorKit(file))]] as const) {
      writeFileSync(join(folder, name), bytes);
      const { printed, status } = await age(`--decrypt --output ${name}.cbor ${name}`, passphrase);
      assert.equal(status, 0, printed);
      const inside = readFileSync(join(folder, `${name}.cbor`));
      assert.equal(decode<{ did: string }>(inside).did, did);
      for (const secret of secrets) assert.ok(inside.includes(secret));
    }
  });

  it('refuses it with another passphrase', async () => {
    const { kit } = await makeRestorable({ records: 1 });
    writeFileSync(join(folder, 'other.age'), new Uint8Array(await kit.arrayBuffer()));
    const { printed, status } = await age('--decrypt --output other.cbor other.age', generatePassphrase());
    assert.notEqual(status, 0);
    assert.match(printed, /incorrect passphrase/);
  });

  it('seals it anew under a passphrase of the owner, and the house opens that', async () => {
    const { kit, passphrase, did } = await makeRestorable({ records: 1 });
    writeFileSync(join(folder, 'ours.age'), new Uint8Array(await kit.arrayBuffer()));
    await age('--decrypt --output plain.cbor ours.age', passphrase);
    const own = 'seventeen quiet lanterns';
    const { printed, status } = await age('--encrypt --passphrase --armor --output theirs.age plain.cbor', own);
    assert.equal(status, 0, printed);
    const opened = await openKit(new Uint8Array(readFileSync(join(folder, 'theirs.age'))), own);
    wipeKit(opened);
    assert.equal(opened.did, did);
  });
});

describe('the age program and backups', () => {
  it('opens an encrypted backup with its passphrase, and finds the very zip', async () => {
    const { house, made } = await savedBackup();
    house.place = piecesPlace();
    const seal = generatePassphrase();
    const { file } = await house.done<SaveResult>({ job: 'save', did: made.did, form: 'zip', kit: made.kit, seal });
    writeFileSync(join(folder, 'backup.zip.age'), new Uint8Array(await file!.arrayBuffer()));
    const { printed, status } = await age('--decrypt --output backup.zip backup.zip.age', seal);
    assert.equal(status, 0, printed);
    const zip = new Blob([new Uint8Array(readFileSync(join(folder, 'backup.zip')))]);
    assert.equal((await new TestHouse().done<VerifyResult>({ job: 'verify', car: zip, twice: true })).records, 3);
  });

  it('encrypts a backup under a passphrase of the owner, and the house opens that', async () => {
    const { made, zip } = await savedBackup();
    writeFileSync(join(folder, 'plain.zip'), new Uint8Array(await zip.arrayBuffer()));
    const own = 'seventeen quiet lanterns';
    const { printed, status } = await age('--encrypt --passphrase --output own.zip.age plain.zip', own);
    assert.equal(status, 0, printed);
    const car = new Blob([new Uint8Array(readFileSync(join(folder, 'own.zip.age')))]);
    const { did } = await new TestHouse().done<RestoreResult>({ job: 'restore', car, filePassphrase: own, passphrase: made.passphrase });
    assert.equal(did, made.did);
  });
});
