import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const FOLDER = fileURLToPath(new URL('../vectors/refused/', import.meta.url));

function made(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.(?:car|json)$/.test(path)).sort();
  return new Map(files.map((path) => [path, readFileSync(join(folder, path))]));
}

test('make.ts writes the vectors again, byte for byte', async (t) => {
  const copy = mkdtempSync(join(tmpdir(), 'holdfast-refused-'));
  t.after(() => rmSync(copy, { recursive: true, force: true }));
  await promisify(execFile)(process.execPath, [join(FOLDER, 'make.ts'), copy]);
  const [old, fresh] = [made(FOLDER), made(copy)];
  assert.ok(old.size > 1);
  assert.deepEqual([...fresh.keys()], [...old.keys()]);
  for (const [path, bytes] of fresh) assert.ok(bytes.equals(old.get(path)!), `${path} is not what make.ts makes`);
});
