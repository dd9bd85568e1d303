// What a machine does to a mirror while a house writes: its disk is full, a file may grow no more, nothing can be written, it stands still.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'node:test';
import { openMirrorStore } from '../../src/storage/sqlite/index.ts';
import { inDirectory } from '../support/mirror-directory.ts';
import { MirrorUnderFault } from './support/mirror-under-fault.ts';
import { SmallDisk } from './support/small-disk.ts';

/** In `npm run faults` a minute. */
const STILL_MS = process.env['HOLDFAST_FAULTS'] === undefined ? 5_000 : 60_000;
/** So that there are 300 writes at most: a house that is further behind hands over its whole repository, and each commit is not told by itself. */
const BETWEEN_WRITES_MS = Math.max(100, STILL_MS / 300);

/** Writes until the mirror confirms no more; what is written then is acknowledged by the house all the same. */
async function writeUntilStuck(mirror: MirrorUnderFault, bytes: number): Promise<void> {
  let last = -1;
  for (let writes = 0, stuck = 0; stuck < 5; writes++) {
    assert.ok(writes < 400, 'nothing stood in the way of the mirror');
    await mirror.write(bytes);
    await pause(60);
    const { waiting } = await mirror.standing();
    stuck = waiting > last && waiting > 0 ? stuck + 1 : 0;
    last = waiting;
  }
}

/** Where no disk can be mounted there is nothing to see; the layer says so. */
async function onSmallDisk(work: (disk: SmallDisk) => Promise<void>): Promise<void> {
  const disk = SmallDisk.make(24);
  try {
    if (disk !== undefined) await work(disk);
  } finally {
    disk?.end();
  }
}

/** Runs `work` with a mirror whose data lies there. */
async function withMirror(folder: string | undefined, work: (mirror: MirrorUnderFault) => Promise<void>): Promise<void> {
  const mirror = await MirrorUnderFault.make(folder === undefined ? {} : { folder });
  try {
    await work(mirror);
  } finally {
    await mirror.end();
  }
}

test('its disk is full: nothing is lost and nobody is alarmed; it goes on by itself once there is room', async (context) => {
  await onSmallDisk(async (disk) => {
    const ballast = join(disk.path, 'ballast');
    writeFileSync(ballast, Buffer.alloc(14_000_000));
    await withMirror(join(disk.path, 'mirror'), async (mirror) => {
      await mirror.start();
      mirror.house.connect();
      await writeUntilStuck(mirror, 300_000);
      rmSync(ballast);
      await mirror.holds();
    });
    context.diagnostic('count: mirror on a full disk: 1');
  });
});

/** Starts the program on what lies there, where it does not start. */
function start(dataDir: string): { readonly status: number | null; readonly stderr: string } {
  const env = { ...process.env, HOLDFAST_DATA_DIR: dataDir, HOLDFAST_MIRROR_PORT: '0' };
  return spawnSync(process.execPath, ['src/mirror/main.ts'], { env, encoding: 'utf8', timeout: 30_000 });
}

/** What a mirror keeps that has nothing yet. */
async function makeData(dataDir: string): Promise<string> {
  const folder = join(dataDir, 'mirror');
  mkdirSync(folder, { recursive: true });
  await (await openMirrorStore(folder)).close();
  return folder;
}

test('on a disk that cannot be written it does not start, and says why', () => onSmallDisk(async (disk) => {
  const data = join(disk.path, 'data');
  await makeData(data);
  disk.close();
  const { status, stderr } = start(data);
  assert.equal(status, 1);
  assert.match(stderr, /^The disk of this mirror takes nothing just now; nothing was changed/);
}));

test('an older program on the database of a newer one does not start, says why, and leaves it as it is', () => inDirectory(async (data) => {
  const file = join(await makeData(data), 'mirror.db');
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 99');
  database.close();
  const before = readFileSync(file);
  const { status, stderr } = start(data);
  assert.equal(status, 1);
  assert.match(stderr, /newer version of Holdfast/);
  assert.deepEqual(readFileSync(file), before);
}));

test('a file may grow no more: nothing is lost, and it goes on where it may', async (context) => {
  await withMirror(undefined, async (mirror) => {
    const kilobytes = Math.ceil(statSync(join(mirror.world.settings.folder, 'mirror.db')).size / 1024) + 100;
    // In blocks of 512 bytes.
    await mirror.start('', `ulimit -f ${kilobytes * 2};`);
    mirror.house.connect();
    await writeUntilStuck(mirror, 20);
    await mirror.kill();
    await mirror.start();
    await mirror.holds();
  });
  context.diagnostic('count: mirror whose files may grow no more: 1');
});

test(`it stands still for ${STILL_MS / 1000} seconds: what is written waits, and arrives`, async (context) => {
  await withMirror(undefined, async (mirror) => {
    await mirror.start();
    mirror.house.connect();
    await mirror.write();
    await mirror.holds();
    mirror.process.kill('SIGSTOP');
    for (const end = Date.now() + STILL_MS; Date.now() < end; await pause(BETWEEN_WRITES_MS)) await mirror.write();
    assert.ok((await mirror.standing()).waiting > 0, 'it did not stand still');
    mirror.process.kill('SIGCONT');
    await mirror.holds();
  });
  context.diagnostic(`count: mirror standing still for ${STILL_MS / 1000} s: 1`);
});
