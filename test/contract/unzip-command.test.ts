import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { zipStream } from '../../src/jobs/backup/zip-stream.ts';
import { bytesOf } from '../support/job-house.ts';
import { savedBackup } from '../support/saved-backup.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-zip-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function fileOf(name: string, blob: Blob): Promise<string> {
  writeFileSync(join(folder, name), await bytesOf(blob));
  return join(folder, name);
}

it('a backup is accepted by the unzip of Debian, and is not when a byte of it was changed', async () => {
  const { zip } = await savedBackup();
  const path = await fileOf('backup.zip', zip);
  assert.match(execFileSync('unzip', ['-t', path], { encoding: 'utf8' }), /No errors detected/);
  const names = execFileSync('unzip', ['-Z1', path], { encoding: 'utf8' }).trim().split('\n');
  assert.deepEqual([names[0], names.at(-1)], ['repository.car', 'manifest.json']);
  const changed = await bytesOf(zip);
  changed[300]! ^= 1;
  await assert.rejects(async () => execFileSync('unzip', ['-t', await fileOf('changed.zip', new Blob([changed]))], { stdio: 'pipe' }));
});

it('an archive of more files than a short end can count has the long one', async () => {
  const parts = async function* () {
    for (let index = 0; index < 70_000; index++) yield { name: `blobs/${index}`, input: new Uint8Array(1), lastModified: new Date(0) };
  };
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  await zipStream(parts()).pipeTo(new WritableStream({ write: (chunk) => void chunks.push(new Uint8Array(chunk)) }));
  const path = await fileOf('many.zip', new Blob(chunks));
  assert.match(execFileSync('unzip', ['-tq', path], { encoding: 'utf8' }), /No errors detected/);
});
