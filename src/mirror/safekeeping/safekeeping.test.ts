import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, existsSync, globSync, mkdtempSync, promises, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { readEvent } from '../../../test/support/event-facts.ts';
import { asOfVersion } from '../../../test/support/mirror-directory.ts';
import { MirrorHouse, note, startTestMirror } from '../../../test/support/running-mirror.ts';
import type { RunningTestMirror } from '../../../test/support/running-mirror.ts';
import { Talk } from '../../../test/support/talk.ts';
import { cidOf } from '../../protocol/index.ts';
import { blobPath, inspectMirrorStore, openMirrorStore } from '../../storage/sqlite/index.ts';
import { makeBackup } from './backup.ts';
import type { Fault, Progress } from './faults.ts';
import { restoreBackup } from './restore.ts';
import { verifyAccount } from './verify-account.ts';
import { verifyMirror } from './verify.ts';

const BLOB = new TextEncoder().encode('the bytes of a picture');
const BLOB_CID = cidOf(BLOB, 'raw');
const NAMED = { picture: { $type: 'blob', ref: BLOB_CID, mimeType: 'image/png', size: BLOB.length } };

/** A house with some commits, one of which names a blob that is there. */
async function housed(mirror: RunningTestMirror, seed: number): Promise<MirrorHouse> {
  const house = await MirrorHouse.paired(mirror, seed, [note('zero'), note('same')]);
  assert.equal((await house.putBlob(BLOB)).status, 200);
  const talk = await Talk.begin(house);
  for (const writes of [[note('one')], [note('two', 'two', NAMED)], [note('same2', 'same')], [{ action: 'delete', path: note('zero').path } as const]]) {
    await talk.commit(await house.write(writes));
  }
  talk.close();
  return house;
}

function sql(folder: string, statement: string, ...values: readonly (string | number | Uint8Array)[]): void {
  const database = new DatabaseSync(join(folder, 'mirror.db'));
  database.prepare(statement).run(...values);
  database.close();
}

function one(folder: string, statement: string): Record<string, unknown> {
  const database = new DatabaseSync(join(folder, 'mirror.db'));
  try {
    return database.prepare(statement).get()!;
  } finally {
    database.close();
  }
}

const flipped = (bytes: Uint8Array, bit: number): Uint8Array => bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

describe('what a mirror keeps', () => {
  let mirror: RunningTestMirror;
  let scratch: string;
  let house: MirrorHouse;
  before(async () => {
    mirror = await startTestMirror();
    scratch = mkdtempSync(join(tmpdir(), 'holdfast-safekeeping-'));
    house = await housed(mirror, 1);
    await housed(mirror, 2);
    const gone = await housed(mirror, 3);
    await gone.expect('leave', {});
    const pairing = await MirrorHouse.make(mirror, 4);
    pairing.register();
    await pairing.enroll();
  });
  after(async () => {
    await mirror.close();
    rmSync(scratch, { recursive: true });
  });

  let copies = 0;
  /** A copy of it, to be spoilt. */
  const copied = async (): Promise<string> => {
    const to = join(scratch, `copy-${copies++}`);
    await makeBackup({ from: mirror.folder, to, version: '1' });
    return to;
  };
  const faultsOf = async (folder: string): Promise<string[]> => (await verifyMirror(folder)).faults.map(({ did, message }) => `${did ?? ''}|${message}`);

  it('is verified while it is served: every account, blob and event', async () => {
    const seen = new Set<Progress['what']>();
    const { faults, accounts, blobs, lastSeq } = await verifyMirror(mirror.folder, ({ what }) => seen.add(what));
    assert.deepEqual([faults, accounts, blobs], [[], 4, 2]);
    assert.equal(lastSeq, readEvent((await mirror.frames()).at(-1)).seq);
    assert.deepEqual([...seen].sort(), ['accounts', 'blobs', 'events']);
  });

  const planted: readonly (readonly [what: string, spoil: (folder: string) => void, found: RegExp])[] = [
    ['a bit of a block', (folder) => {
      const { id, bytes } = one(folder, `SELECT id, bytes FROM block WHERE died IS NULL ORDER BY length(bytes) DESC`) as { id: number; bytes: Uint8Array };
      sql(folder, 'UPDATE block SET bytes = ? WHERE id = ?', flipped(bytes, 100), id);
    }, /^did:plc:\w+\|its repository is damaged: A block does not hash to its CID/],
    ['a block that is gone', (folder) => sql(folder, `DELETE FROM block WHERE id = (SELECT id FROM block WHERE died IS NULL AND cid NOT IN (SELECT head_cid FROM account WHERE head_cid IS NOT NULL) LIMIT 1)`), /\|its repository is damaged: A block of the repository is missing/],
    ['a commit that is gone', (folder) => sql(folder, 'DELETE FROM block WHERE cid IN (SELECT head_cid FROM account)'), /The commit that is its head is not there/],
    ['the key of another', (folder) => sql(folder, `UPDATE account SET signing_key = (SELECT signing_key FROM account WHERE did LIKE '%cccc') WHERE did LIKE '%bbbb'`), /did:plc:b{24}\|its repository is damaged: .*[Ss]ign/],
    ['another head', (folder) => sql(folder, `UPDATE account SET head_rev = '3aaaaaaaaaa2a' WHERE did LIKE '%bbbb'`), /Its head says something else/],
    ['a count', (folder) => sql(folder, 'UPDATE collection SET records = records + 1'), /5 records of app.holdfast.note are counted, and 4 are there/],
    ['a reference too few', (folder) => sql(folder, 'DELETE FROM reference'), /it is not noted which blob this record names: app.holdfast.note\/two bafkrei/],
    ['a reference too many', (folder) => sql(folder, `INSERT INTO reference SELECT copy, cid, 'app.holdfast.note/one', came FROM reference`), /is held for the record app.holdfast.note\/one, which does not name it/],
    ['a bit of a blob', (folder) => {
      const path = blobPath(join(folder, 'blobs'), BLOB_CID.toString());
      const bytes = flipped(readFileSync(path), 33);
      rmSync(path);
      writeFileSync(path, bytes);
    }, /\|blob bafkrei\w+ does not hash to its CID/],
    ['a blob cut short', (folder) => {
      const path = blobPath(join(folder, 'blobs'), BLOB_CID.toString());
      cpSync(path, `${path}.copy`);
      rmSync(path);
      renameSync(`${path}.copy`, path);
      truncateSync(path, 3);
    }, /\|blob bafkrei\w+ has 3 bytes, and had 22/],
    ['a blob that is gone', (folder) => rmSync(blobPath(join(folder, 'blobs'), BLOB_CID.toString())), /\|blob bafkrei\w+ has no file/],
    ['an event that was told twice', (folder) => sql(folder, `INSERT INTO event SELECT seq + 1, account, type, time, head_cid, head_rev, frame, host_id FROM event WHERE type = '#commit' ORDER BY seq LIMIT 1`), /did:plc:b+\|event \d+ is damaged/],
    ['an event that is missing', (folder) => sql(folder, `DELETE FROM event WHERE seq = (SELECT seq FROM event WHERE type = '#commit' ORDER BY seq LIMIT 1 OFFSET 1)`), /is damaged: .*before is another/],
    ['the last event of an account', (folder) => sql(folder, `DELETE FROM event WHERE seq = (SELECT told_seq FROM account WHERE did LIKE '%cccc')`), /did:plc:c+\|its head is \w+, and the last event tells of/],
    ['a sum of bytes', (folder) => sql(folder, 'UPDATE account SET bytes = bytes - 1'), /\|\d+ bytes of its repository are counted, and \d+ are there/],
    ['another event that told', (folder) => sql(folder, `UPDATE account SET told_seq = told_seq - 1 WHERE did LIKE '%bbbb'`), /did:plc:b+\|event \d+ is noted as the one that told of its head, and it did not/],
    ['another time at which it was told', (folder) => sql(folder, 'UPDATE account SET told_time = told_time + 1'), /is noted as the one that told/],
    ['a block that came too late', (folder) => sql(folder, `UPDATE block SET came = '3zzzzzzzzzzzz' WHERE id = (SELECT id FROM block WHERE died IS NULL LIMIT 1)`), /\|1 blocks are noted as having come when they cannot have/],
    ['a head that came too early', (folder) => sql(folder, `UPDATE block SET came = '3aaaaaaaaaa2a' WHERE cid IN (SELECT head_cid FROM account)`), /noted as having come/],
    ['a block of no time', (folder) => sql(folder, `UPDATE block SET came = 'x' WHERE died IS NULL`), /noted as having come/],
    ['numbers that go back', (folder) => sql(folder, 'UPDATE log SET last_seq = last_seq - 1'), /\|event \d+ has a number that was not given yet/],
    ['an account that is active and empty', (folder) => sql(folder, `UPDATE account SET status = 'active' WHERE status = 'pairing'`), /did:plc:e+\|it is active and has no head/],
  ];
  for (const [what, spoil, found] of planted) {
    it(`and ${what} is found`, async () => {
      const folder = await copied();
      spoil(folder);
      assert.ok((await faultsOf(folder)).some((fault) => found.test(fault)), `found ${JSON.stringify(await faultsOf(folder))}`);
    });
  }

  it('and a blob that is written anew, or goes, while it is looked at is no fault', async () => {
    const folder = await copied();
    const path = blobPath(join(folder, 'blobs'), BLOB_CID.toString());
    const inspection = inspectMirrorStore(folder);
    const faults = async (meanwhile: () => void): Promise<readonly Fault[]> => {
      let isOpen = false;
      const blobFile = async (cid: string): Promise<Blob | undefined> => {
        const file = await inspection.blobFile(cid);
        if (!isOpen) meanwhile();
        isOpen = true;
        return file;
      };
      const found = await verifyAccount({ ...inspection, blobFile }, house.did, () => undefined);
      assert.ok(isOpen);
      return found;
    };
    const bytes = readFileSync(path);
    assert.deepEqual(await faults(() => {
      rmSync(path);
      writeFileSync(path, bytes);
    }), []);
    assert.deepEqual(await faults(() => {
      sql(folder, 'DELETE FROM blob');
      rmSync(path);
    }), []);
    inspection.close();
  });

  it('and each bit of a commit in the log of events is found', async () => {
    const folder = await copied();
    const { seq, frame } = one(folder, `SELECT seq, frame FROM event WHERE type = '#commit' ORDER BY seq LIMIT 1 OFFSET 1`) as { seq: number; frame: Uint8Array };
    assert.ok(frame.length > 400);
    for (let bit = 0; bit < frame.length * 8; bit += 37) {
      sql(folder, 'UPDATE event SET frame = ? WHERE seq = ?', flipped(frame, bit), seq);
      const faults = await faultsOf(folder);
      assert.ok(faults.some((fault) => fault.includes(`|event ${seq} `)), `bit ${bit} of ${frame.length * 8}`);
    }
  });

  it('is copied while it is served, with nothing that it does not tell of, and is right when it is read back', async () => {
    const to = join(scratch, 'backup');
    // A blob that a killed process left, and nobody's row.
    const stray = cidOf(new Uint8Array([1, 2, 3]), 'raw').toString();
    cpSync(blobPath(join(mirror.folder, 'blobs'), BLOB_CID.toString()), blobPath(join(mirror.folder, 'blobs'), stray), { recursive: true });
    const { faults, accounts, blobs } = await makeBackup({ from: mirror.folder, to, version: '1.2.3' });
    assert.deepEqual([faults, accounts, blobs], [[], 4, 2]);
    assert.deepEqual(globSync('**', { cwd: to }).filter((path) => statSync(join(to, path)).isFile()).sort(), [
      'backup.json', blobPath('blobs', BLOB_CID.toString()), 'mirror.db',
    ]);
    assert.equal(statSync(to).mode & 0o77, 0);
    const [file, own] = [mirror.folder, to].map((folder) => statSync(blobPath(join(folder, 'blobs'), BLOB_CID.toString())).ino);
    assert.equal(file, own, 'on one disk it takes no room');
    rmSync(blobPath(join(mirror.folder, 'blobs'), stray));
    await assert.rejects(makeBackup({ from: mirror.folder, to, version: '1' }), /The mirror is as it was, .* is there already/);
    const attempts: Promise<void>[] = [];
    await makeBackup({ from: mirror.folder, to: join(scratch, 'twice'), version: '1', onProgress({ what }) {
      if (what === 'blobs' && attempts.length === 0) attempts.push(assert.rejects(makeBackup({ from: mirror.folder, to: join(scratch, 'twice'), version: '1' }), /as it was, .* another is being made/));
    } });
    assert.equal(attempts.length, 1);
    await attempts[0];
    await assert.rejects(makeBackup({ from: join(scratch, 'nothing'), to: join(scratch, 'none'), version: '1' }), { code: 'StoreMissing' });
    assert.ok(!existsSync(join(scratch, 'none')) && !existsSync(join(scratch, 'none.unfinished')));
  });

  it('is copied under load: what was confirmed before is in it, and it is right', async () => {
    const busy = await MirrorHouse.paired(mirror, 5);
    const talk = await Talk.begin(busy);
    // More pages than are copied at a time.
    sql(mirror.folder, `INSERT INTO fact VALUES ('ballast', zeroblob(40000000))`);
    const done = new AbortController();
    const state = { written: 0 };
    const write = async (): Promise<void> => {
      const bytes = new TextEncoder().encode(`blob ${state.written}`);
      assert.equal((await busy.putBlob(bytes)).status, 200);
      const picture = { picture: { ...NAMED.picture, ref: cidOf(bytes, 'raw'), size: bytes.length } };
      await talk.commit(await busy.write([note(`n${state.written}`, 'text '.repeat(200), picture)]));
      state.written++;
    };
    await write();
    const writing = (async () => {
      while (!done.signal.aborted) await write();
    })();
    try {
      for (let times = 0; times < 3; times++) {
        const [confirmed, to] = [state.written, join(scratch, `load-${times}`)];
        // Another process writes while pages are copied: it does not wait, and nothing is begun anew because of it.
        const copied: number[] = [];
        const { faults } = await makeBackup({
          from: mirror.folder, to, version: '1', onProgress({ what, done: pages }) {
            if (what !== 'pages of the database') return;
            copied.push(pages);
            sql(mirror.folder, 'INSERT INTO fact VALUES (?, ?)', `meanwhile ${times} ${copied.length}`, new Uint8Array(5000));
          },
        });
        assert.deepEqual(faults, []);
        assert.ok(copied.length > 1 && copied.every((pages, index) => index === 0 || pages > copied[index - 1]!), `copied ${copied.join()}`);
        const meanwhile = `SELECT count(*) AS facts FROM fact WHERE name LIKE 'meanwhile ${times} %'`;
        assert.deepEqual([one(to, meanwhile)['facts'], one(mirror.folder, meanwhile)['facts']], [0, copied.length]);
        const { records } = one(to, `SELECT records FROM collection JOIN account ON account.id = account WHERE did = '${busy.did}'`) as { records: number };
        assert.ok(records >= confirmed, `${records} records, and ${confirmed} were confirmed`);
      }
    } finally {
      done.abort();
      await writing;
      talk.close();
      sql(mirror.folder, `DELETE FROM fact WHERE name = 'ballast' OR name LIKE 'meanwhile %'`);
      sql(mirror.folder, 'VACUUM');
    }
    assert.deepEqual(await faultsOf(mirror.folder), []);
  });

  it('is put back by a backup: not over a mirror that runs, nor over one that is there unless told to; numbers go on above all that were given', async () => {
    const from = join(scratch, 'older');
    await makeBackup({ from: mirror.folder, to: from, version: '1' });
    const talk = await Talk.begin(house);
    await talk.commit(await house.write([note('after the backup')].map((write) => ({ ...write, path: 'app.holdfast.note/later' }))));
    talk.close();
    const highest = Math.max(...(await mirror.frames()).map((frame) => Number(readEvent(frame).seq)));
    await assert.rejects(restoreBackup({ from, to: mirror.folder, replace: true }), /Nothing was changed: a mirror runs/);
    let kept: string | undefined;
    await mirror.restart({}, async () => {
      await assert.rejects(restoreBackup({ from, to: mirror.folder }), /Nothing was changed: there is a mirror/);
      await assert.rejects(restoreBackup({ from: scratch, to: mirror.folder, replace: true }), /holds no backup/);
      // A number far ahead, as if the clock had been wrong for a while.
      sql(mirror.folder, 'UPDATE log SET last_seq = ?', highest + 1e13);
      ({ before: kept } = await restoreBackup({ from, to: mirror.folder, replace: true }));
      assert.ok(existsSync(join(kept!, 'mirror.db')));
      assert.ok(!existsSync(`${mirror.folder}.unfinished`));
    });
    try {
      assert.equal((await verifyMirror(mirror.folder)).lastSeq, highest + 1e13);
      const again = await MirrorHouse.paired(mirror, 6);
      const seqs = (await mirror.frames()).map((frame) => readEvent(frame)).filter(({ did }) => did === again.did).map(({ seq }) => Number(seq));
      assert.ok(seqs.length > 0 && seqs.every((seq) => seq > highest + 1e13));
      assert.deepEqual(await faultsOf(mirror.folder), []);
    } finally {
      rmSync(kept!, { recursive: true });
    }
  });

  it('is not put back by what is damaged, unless told to', async () => {
    const to = join(scratch, 'restored', 'mirror');
    for (const spoil of [
      (folder: string) => appendFileSync(join(folder, 'mirror.db'), 'x'),
      (folder: string) => rmSync(blobPath(join(folder, 'blobs'), BLOB_CID.toString())),
      (folder: string) => writeFileSync(join(folder, 'backup.json'), '{'),
      (folder: string) => writeFileSync(join(folder, 'backup.json'), '{"format":2}'),
    ]) {
      const from = await copied();
      spoil(from);
      await assert.rejects(restoreBackup({ from, to }), /Nothing was changed: the backup is damaged/);
      assert.ok(!existsSync(to) && !existsSync(`${to}.unfinished`));
    }
    for (const [bytes, why] of [['A letter to whoever finds it.', /the backup is damaged, and its database cannot be read/], ['', /is not one of a mirror/]] as const) {
      const from = await copied();
      writeFileSync(join(from, 'mirror.db'), bytes);
      await assert.rejects(restoreBackup({ from, to, takeDamaged: true }), (error: Error) => error.message.startsWith('Nothing was changed: ') && why.test(error.message));
      assert.ok(!existsSync(to) && !existsSync(`${to}.unfinished`));
    }
    const from = await copied();
    rmSync(blobPath(join(from, 'blobs'), BLOB_CID.toString()));
    assert.equal((await restoreBackup({ from, to, takeDamaged: true })).faults.length, 2);
    assert.ok(existsSync(join(to, 'mirror.db')));
  });

  it('is put back by a backup of an older version, which is brought up to date; verify reads none', async () => {
    const [from, to] = [await copied(), join(scratch, 'from-older')];
    asOfVersion(from, 3);
    const database = readFileSync(join(from, 'mirror.db'));
    const note = JSON.parse(readFileSync(join(from, 'backup.json'), 'utf8')) as object;
    writeFileSync(join(from, 'backup.json'), JSON.stringify({ ...note, database: createHash('sha256').update(database).digest('hex') }));
    await assert.rejects(verifyMirror(from), { code: 'StoreOlder' });
    await assert.rejects(makeBackup({ from, to: join(scratch, 'of-older'), version: '1' }), { code: 'StoreOlder' });
    assert.deepEqual(readFileSync(join(from, 'mirror.db')), database);
    assert.deepEqual((await restoreBackup({ from, to })).faults, []);
    assert.deepEqual(await faultsOf(to), []);
    // The numbers that an older one has given are not given again.
    asOfVersion(to, 3);
    sql(to, 'UPDATE log SET last_seq = last_seq + 5');
    const { last_seq: last } = one(to, 'SELECT last_seq FROM log');
    await restoreBackup({ from, to, replace: true });
    assert.equal((await verifyMirror(to)).lastSeq, last);
  });

  it('is served by nobody while a backup is put back, and nothing is put back while anybody serves it', async () => {
    const [from, to] = [await copied(), join(scratch, 'contested', 'mirror')];
    const restore = async (): Promise<void> => {
      let attempts: Promise<unknown> | undefined;
      const onProgress = (): void => {
        attempts ??= Promise.all([
          assert.rejects(openMirrorStore(to), { code: 'StoreInUse' }),
          assert.rejects(restoreBackup({ from, to, replace: true }), /Nothing was changed: a mirror runs in .*, or another/),
        ]);
      };
      await restoreBackup({ from, to, replace: true, onProgress });
      assert.notEqual(attempts, undefined);
      await attempts;
    };
    // Where nothing was, and where a mirror was.
    for (let times = 0; times < 2; times++) await restore();
    const [first, second] = [await openMirrorStore(to), await openMirrorStore(to)];
    await first.close();
    await assert.rejects(restoreBackup({ from, to, replace: true }), /Nothing was changed: a mirror runs/);
    await second.close();
    await restore();
    assert.deepEqual(await faultsOf(to), []);
  });

  it('is as it was where it cannot give way to a backup', async () => {
    const [from, to] = [await copied(), join(scratch, 'stuck')];
    await restoreBackup({ from, to });
    const there = (): unknown => [readdirSync(to).filter((name) => !name.includes('-')).sort(), readFileSync(join(to, 'mirror.db')), readdirSync(scratch).filter((name) => name.startsWith('stuck'))];
    const before = there();
    const { rename } = promises;
    const failing = async (isFailing: (source: string) => boolean, said: RegExp): Promise<void> => {
      promises.rename = (source, target) => (isFailing(String(source)) ? Promise.reject(new Error('the disk has gone')) : rename(source, target));
      syncBuiltinESMExports();
      try {
        await assert.rejects(restoreBackup({ from, to, replace: true }), said);
      } finally {
        promises.rename = rename;
        syncBuiltinESMExports();
      }
    };
    await failing((source) => source === `${to}.unfinished/mirror.db`, /Nothing was changed: the disk has gone/);
    assert.deepEqual(there(), before);
    await failing((source) => source === `${to}.unfinished/mirror.db` || source.includes('-before-'), /The backup was not put back \(the disk has gone\), and neither was all/);
    // It said where it is.
    const [kept] = readdirSync(scratch).filter((name) => name.startsWith('stuck-before-'));
    assert.ok(existsSync(join(scratch, kept!, 'mirror.db')) && !existsSync(join(to, 'mirror.db')));
  });

  it('is looked after from the command line, which says by its exit code whether all is right', async () => {
    const run = (...args: string[]): Promise<{ code: number; out: string; err: string }> => new Promise((resolve) => {
      const main = join(import.meta.dirname, '../main.ts');
      execFile(process.execPath, [main, ...args], { env: { ...process.env, HOLDFAST_DATA_DIR: join(scratch, 'data') } }, (error, out, err) => {
        resolve({ code: Number(error?.code ?? 0), out, err });
      });
    });
    const from = await copied();
    assert.match((await run('restore', from)).out, /The mirror is in .*: \d+ accounts, \d+ blobs, events up to \d+; all of it is right/);
    assert.equal((await run('restore', from)).code, 1);
    assert.match((await run('restore', from, '--replace')).out, /What was there before is in .*mirror-before-/);
    assert.equal((await run('verify')).code, 0);
    assert.match((await run('backup', join(scratch, 'by-hand'))).out, /The backup is in .*by-hand: /);
    rmSync(blobPath(join(scratch, 'by-hand', 'blobs'), BLOB_CID.toString()));
    const { code, err } = await run('verify', join(scratch, 'by-hand'));
    assert.deepEqual([code, /did:plc:b+: blob bafkrei\w+ has no file/.test(err)], [1, true]);
    const printed = await run('--print-config');
    assert.deepEqual([printed.code, (JSON.parse(printed.out) as { folder: string }).folder], [0, join(scratch, 'data', 'mirror')]);
    for (const args of [['backup'], ['restore'], ['nothing'], ['verify', 'a', 'b'], ['verify', '--replace']]) {
      const told = await run(...args);
      assert.deepEqual([told.code, told.err.startsWith('npm run mirror')], [2, true], args.join(' '));
    }
  });
});
