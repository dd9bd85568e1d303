import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inTransaction, openDatabase } from './database.ts';

test('a database of a later version is refused and left as it is', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-database-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'deeper', 'x.sqlite');
  const later = openDatabase(file, 2, 'CREATE TABLE IF NOT EXISTS a (b)');
  assert.equal(later.prepare('PRAGMA synchronous').get()?.['synchronous'], 2);
  assert.equal(later.prepare('PRAGMA journal_mode').get()?.['journal_mode'], 'wal');
  later.close();
  assert.throws(() => openDatabase(file, 1, 'DROP TABLE a'), /later version/);
  const again = openDatabase(file, 2, '');
  assert.throws(() => inTransaction(again, () => {
    again.exec('INSERT INTO a VALUES (1)');
    throw new Error('half-way');
  }), /half-way/);
  assert.equal(again.prepare('SELECT count(*) AS count FROM a').get()?.['count'], 0);
  again.close();
});
