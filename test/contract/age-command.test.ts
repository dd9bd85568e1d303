// Our kits and the `age` program: each opens what the other sealed, so that a kit needs nothing of ours to be opened.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { decode } from '@ipld/dag-cbor';
import { armorKit, generatePassphrase, openKit, wipeKit } from '../../src/keys/index.ts';
import { makeRestorable } from '../support/restorable.ts';

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
