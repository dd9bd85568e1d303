import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { OPERATOR, SHOWN } from '../../../test/support/operator.ts';
import { ask, MirrorHouse, note, startTestMirror } from '../../../test/support/running-mirror.ts';
import type { RunningTestMirror } from '../../../test/support/running-mirror.ts';
import { until } from '../../../test/support/until.ts';
import { cidOf } from '../../protocol/index.ts';
import { blobPath, takeDirectory } from '../../storage/sqlite/index.ts';
import type { MadeBackup } from '../safekeeping/backups.ts';
import { verifyMirror } from '../safekeeping/verify.ts';

const BLOB = new TextEncoder().encode('blob');

describe('a backup that an operator asks for', () => {
  let mirror: RunningTestMirror;
  const lines: string[] = [];
  before(async () => {
    mirror = await startTestMirror({ isSpoilt: true, settings: { operator: OPERATOR }, log: (line) => lines.push(line) });
    const house = await MirrorHouse.paired(mirror, 1, [note('one')]);
    assert.equal((await house.putBlob(BLOB)).status, 200);
  });
  after(async () => {
    await mirror.close();
    rmSync(`${mirror.folder}-backups`, { recursive: true });
  });

  const asked = (signal?: AbortSignal): Promise<Response> => fetch(`${mirror.operatorUrl}/xrpc/app.holdfast.operator.backup`, {
    method: 'POST', headers: SHOWN, ...(signal !== undefined && { signal }),
  });
  const last = async (response: Response): Promise<Record<string, unknown>> => JSON.parse((await response.text()).trimEnd().split('\n').at(-1)!) as Record<string, unknown>;

  it('is made while the mirror answers, one at a time, and told line by line', async () => {
    // Both are there before either can be done; which of them is first is not said.
    const [first, second] = (await Promise.all([asked(), asked()])).sort((a, b) => a.status - b.status) as [Response, Response];
    assert.deepEqual([first.status, first.headers.get('content-type')], [200, 'application/jsonl']);
    assert.deepEqual([second.status, (await second.json() as { error: string }).error], [409, 'BackupRuns']);
    assert.equal((await ask(mirror, '/xrpc/_health')).status, 200);
    const made = (await last(first))['backup'] as MadeBackup;
    assert.deepEqual([made.accounts, made.blobs, made.faults], [1, 1, []]);
    assert.deepEqual((await verifyMirror(made.folder)).faults, []);
    assert.ok(lines.includes(`A backup is in ${made.folder}`));
  });

  it('removes what was left of one that was ended by force, and nothing that is being made', async () => {
    const backups = `${mirror.folder}-backups`;
    const [left, busy] = ['left', 'busy'].map((name) => join(backups, `${name}.unfinished`)) as [string, string];
    for (const folder of [left, busy]) mkdirSync(join(folder, 'blobs'), { recursive: true });
    const release = takeDirectory(busy);
    assert.notEqual((await last(await asked()))['backup'], undefined);
    assert.deepEqual([existsSync(left), existsSync(busy)], [false, true]);
    release?.();
    rmSync(busy, { recursive: true });
  });

  it('goes on where its reader goes away, and says what is wrong with the mirror', async () => {
    const path = blobPath(join(mirror.folder, 'blobs'), cidOf(BLOB, 'raw').toString());
    rmSync(path);
    const before = new Set(readdirSync(`${mirror.folder}-backups`));
    const gone = new AbortController();
    await asked(gone.signal);
    gone.abort();
    await until('the log tells what is wrong', () => lines.some((line) => line.includes('1 things in it are wrong')));
    const made = readdirSync(`${mirror.folder}-backups`).filter((name) => !before.has(name));
    assert.equal(made.length, 1);
    assert.equal((await verifyMirror(join(`${mirror.folder}-backups`, made[0]!))).faults.length, 1);
  });

  it('is ended by the end of the mirror, and leaves nothing', async () => {
    // Nothing on the disk, and a minute to read.
    const [path, size] = [blobPath(join(mirror.folder, 'blobs'), cidOf(BLOB, 'raw').toString()), 60_000_000_000];
    writeFileSync(path, '');
    truncateSync(path, size);
    const database = new DatabaseSync(join(mirror.folder, 'mirror.db'));
    database.prepare('UPDATE blob SET size = ?').run(size);
    database.close();
    const before = readdirSync(`${mirror.folder}-backups`);
    const response = await asked();
    await until('a backup has begun', () => readdirSync(`${mirror.folder}-backups`).some((name) => name.endsWith('.unfinished')));
    const end = last(response);
    await mirror.restart();
    assert.deepEqual(await end, { error: 'BackupFailed', message: 'The mirror was stopped meanwhile.' });
    assert.deepEqual(readdirSync(`${mirror.folder}-backups`), before);
    assert.ok(existsSync(join(mirror.folder, 'mirror.db')));
    rmSync(path);
  });
});
