// The public test vectors of the age format: those under a passphrase as a whole, and of all others the encrypted chunks.
import assert from 'node:assert/strict';
import { createHash, hkdfSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { inflateSync } from 'node:zlib';
import * as vectors from 'cctv-age';
import { BackupError } from './backup-error.ts';
import { openSealed, SealedFile } from './sealed-file.ts';

interface Vector {
  readonly name: string;
  readonly expect: string;
  readonly field: (name: string) => string | undefined;
  readonly file: Buffer;
}

/** A header of `key: value` lines, an empty line, and the file. */
function read(name: string, bytes: Uint8Array): Vector {
  const all = Buffer.from(bytes);
  const end = all.indexOf('\n\n');
  const fields = new Map(all.subarray(0, end).toString().split('\n').map((line) => line.split(': ', 2) as [string, string]));
  const rest = all.subarray(end + 2);
  return { name, expect: fields.get('expect') ?? '', field: (key) => fields.get(key), file: fields.get('compressed') === 'zlib' ? inflateSync(rest) : rest };
}

const all = Object.entries(vectors as unknown as Record<string, Uint8Array>).map(([name, bytes]) => read(name, bytes));

/** Reads a file to its end: what it holds, or as what it is refused. */
async function outcome(open: () => Promise<SealedFile>): Promise<string> {
  try {
    const file = await open();
    return createHash('sha256').update(await file.read(0, file.size)).digest('hex');
  } catch (error) {
    assert.ok(error instanceof BackupError, String(error));
    return error.code;
  }
}

describe('the public vectors of the age format', () => {
  it('of encrypted chunks are read to their end, or refused', async (t) => {
    let [good, bad] = [0, 0];
    for (const { name, expect, field, file } of all) {
      const fileKey = field('file key');
      if (fileKey === undefined || (expect !== 'success' && expect !== 'payload failure') || field('armored') !== undefined) continue;
      const header = /^age-encryption\.org\/v1\n[^]*?\n--- \S+\n/.exec(file.toString('latin1'))?.[0].length ?? assert.fail(name);
      const [nonce, payload] = [file.subarray(header, header + 16), file.subarray(header + 16)];
      const key = new Uint8Array(hkdfSync('sha256', Buffer.from(fileKey, 'hex'), nonce, 'payload', 32));
      const found = await outcome(async () => {
        const sealed = new SealedFile(new Blob([new Uint8Array(payload)]), key);
        await sealed.checkEnd();
        return sealed;
      });
      if (expect === 'success') good++;
      else bad++;
      assert.equal(found, expect === 'success' ? field('payload') : 'BackupDamaged', name);
    }
    t.diagnostic(`count: age payloads ${good + bad}`);
    assert.ok(good >= 10 && bad >= 10, `${good} and ${bad}`);
  });

  it('under a passphrase are opened, or refused by name, and nothing costly is begun', async () => {
    let count = 0;
    for (const { name, expect, field, file } of all) {
      const passphrase = field('passphrase');
      if (passphrase === undefined || field('armored') !== undefined) continue;
      count++;
      const found = await outcome(() => openSealed(new Blob([new Uint8Array(file)]), passphrase));
      if (expect === 'success') assert.equal(found, field('payload'), name);
      else assert.match(found, /^Backup(?:Passphrase|Damaged|Work)$/, name);
      if (/_23$|overflow/.test(name)) assert.match(found, /^Backup(?:Work|Damaged)$/, name);
    }
    assert.ok(count >= 25, String(count));
  });
});
