// What a mirror asks its database costs the same with a million rows as with ten: no statement walks a whole table.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { blobStoreContract, mirrorStoreContract } from '../../src/testing/index.ts';
import { mirrorAsHouse } from '../support/mirror-as-house.ts';
import { inDirectory, opened } from '../support/mirror-directory.ts';

/** Tables of one row, one that is emptied from its beginning, the list of tables, and, as rows of VALUES, what a statement is given. */
const SMALL = ['log', 'pragma_user_version', 'loose_file', 'sqlite_schema', 'sqlite_master', 'json_each', 'asked'];

test('every statement finds its rows by an index', () => inDirectory(async (directory) => {
  const statements = new Set<string>();
  const prepare = DatabaseSync.prototype.prepare;
  DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql, options) {
    if (!sql.startsWith('PRAGMA')) statements.add(sql);
    return prepare.call(this, sql, options);
  };
  try {
    for (const [index, { run }] of mirrorStoreContract.entries()) {
      const clock = { ms: 1_750_000_000_000 };
      await opened(join(directory, `mirror-${index}`), { now: () => clock.ms }, ({ store }) => run({ store, clock }));
    }
    for (const [index, { run }] of blobStoreContract.entries()) {
      await opened(join(directory, `blobs-${index}`), {}, ({ store, blobs }) => run({ store: mirrorAsHouse(store), blobs }));
    }
  } finally {
    DatabaseSync.prototype.prepare = prepare;
  }
  assert.ok(statements.size > 40, `only ${statements.size} statements`);
  const database = new DatabaseSync(join(directory, 'mirror-0', 'mirror.db'));
  try {
    for (const sql of statements) {
      const values = Array.from(sql.match(/\?(?!\d)/g) ?? [], () => null);
      for (const { detail } of database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values)) {
        const scanned = /^SCAN (?!\d+-ROW VALUES|\d+ CONSTANT ROWS|CONSTANT ROW)(\w+)/.exec(String(detail))?.[1];
        assert.ok(scanned === undefined || SMALL.includes(scanned), `${String(detail)}: ${sql}`);
      }
    }
  } finally {
    database.close();
  }
}));
