// A mirror's store is killed while it writes, at every named point and at random, and holds what it promised.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Cid, decodeCbor, decodeFrame, isBlockOf, parseCid, parseDid, parseDidKey } from '../../src/protocol/index.ts';
import { carStream, Repository, repositoryBlocks, verifyRepository } from '../../src/repo/index.ts';
import type { StoredEvent } from '../../src/mirroring/index.ts';
import { STORE_POINTS } from '../../src/storage/sqlite/index.ts';
import type { MirrorStores } from '../../src/storage/sqlite/index.ts';
import { inDirectory, opened } from '../support/mirror-directory.ts';

const WRITER = join(import.meta.dirname, '../support/mirror-writer.ts');
const DID = parseDid('did:web:a1.test');
/** Kills at random, beside one at each point; more by HOLDFAST_KILLS. */
const RANDOM_KILLS = Number(process.env['HOLDFAST_KILLS'] ?? 3);

/** What the writer printed once it was durable. */
interface Promised {
  readonly rev: string;
  readonly cid: string;
  readonly seq: number;
}

test('a mirror that is killed at any point holds what it acknowledged, each event once, and a whole repository', () => inDirectory(async (directory) => {
  const promises: Promised[] = [];
  const fired: string[] = [];
  for (const [index, point] of STORE_POINTS.entries()) {
    // At the first time, which is in the first handing over, and later ones.
    const { signal, printed } = await killed(directory, [`${point}:${1 + (index % 3)}`]);
    if (signal === 'SIGKILL') fired.push(point);
    promises.push(...printed);
    await opened(join(directory, 'mirror'), {}, (stores) => holds(join(directory, 'mirror'), stores, promises));
  }
  assert.deepEqual(fired, [...STORE_POINTS]);
  for (let kill = 0; kill < RANDOM_KILLS; kill++) {
    const { signal, printed } = await killed(directory, [], { afterLines: 1 + kill * 3, afterMs: Math.random() * 20 });
    assert.equal(signal, 'SIGKILL');
    assert.ok(printed.length > 0);
    promises.push(...printed);
    await opened(join(directory, 'mirror'), {}, (stores) => holds(join(directory, 'mirror'), stores, promises));
  }
  assert.ok(promises.length > RANDOM_KILLS, `${promises.length} promises were kept`);
}));

/** Runs the writer until it is killed: by itself at a point, or some time after it has printed some lines. */
function killed(
  directory: string, points: readonly string[], at?: { readonly afterLines: number; readonly afterMs: number },
): Promise<{ readonly signal: string | null; readonly printed: readonly Promised[] }> {
  const child = spawn(process.execPath, [WRITER, join(directory, 'mirror'), ...points], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Each start compiles the same again: most of the time of this test.
    env: { ...process.env, NODE_COMPILE_CACHE: join(directory, 'compiled') },
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (at !== undefined && text.split('\n').length > at.afterLines) setTimeout(() => child.kill('SIGKILL'), at.afterMs);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      const lines = text.split('\n').slice(0, -1);
      resolve({ signal, printed: lines.map((line) => line.split(' ')).map(([rev, cid, seq]) => ({ rev: rev!, cid: cid!, seq: Number(seq) })) });
    });
  });
}

async function holds(directory: string, { store, blobs }: MirrorStores, promises: readonly Promised[]): Promise<void> {
  const events = await store.read(0, { limit: 1e6, bytes: 1e9 });
  checkLog(events, promises);
  const account = await store.account(DID);
  const last = events.findLast(({ head }) => head !== undefined);
  // An event is there if and only if what it tells is.
  assert.deepEqual([account?.head?.cid.toString(), account?.told?.seq], [last?.head?.cid.toString(), last?.seq]);
  assert.equal(await store.lastSeq(), events.at(-1)?.seq ?? 0);
  if (account?.head === undefined) return;

  const { cid, data } = account.head;
  const reader = store.reader(DID);
  const [bytes] = await reader.read([cid]);
  const verified = await verifyRepository(carStream(cid, repositoryBlocks(reader, { cid, bytes: bytes! }, data)), {
    key: parseDidKey(account.signingKey!), did: DID,
  });
  assert.equal(verified.records, [...account.collections.values()].reduce((sum, records) => sum + records, 0));
  assert.equal(verified.bytes, account.bytes);

  const { tree } = await Repository.open(reader, cid);
  const named = new Set<string>();
  for await (const { value } of tree.entries()) {
    const { blob } = decodeCbor((await reader.read([value]))[0]!) as { readonly blob?: unknown };
    if (blob instanceof Cid) named.add(blob.toString());
  }
  assert.deepEqual((await blobs.list(DID, { limit: 1e6 })).map(String), [...named].sort());
  for (const text of named) {
    const blob = await blobs.bytes(DID, parseCid(text));
    assert.ok(blob !== undefined && isBlockOf(parseCid(text), new Uint8Array(await blob.arrayBuffer())), text);
  }
  checkFiles(directory);
}

function checkLog(events: readonly StoredEvent[], promises: readonly Promised[]): void {
  let before = 0;
  let rev: unknown;
  const commits = new Set<string>();
  for (const { seq, type, head, frame } of events) {
    assert.ok(seq > before, `${seq} after ${before}`);
    before = seq;
    const { body } = decodeFrame(frame) as { readonly body: Readonly<Record<string, unknown>> };
    assert.equal(body['seq'], seq);
    if (head === undefined) continue;
    assert.ok(!commits.has(head.cid.toString()), 'a commit was told of twice');
    commits.add(head.cid.toString());
    if (type === '#commit') assert.equal(body['since'], rev);
    assert.ok(rev === undefined || head.rev > String(rev));
    rev = head.rev;
  }
  for (const { seq, cid } of promises) {
    assert.equal(events.find((event) => event.seq === seq)?.head?.cid.toString(), cid, `what was acknowledged as ${seq} is lost`);
  }
}

/** Every file has its row, every row its file, and nothing is left aside but what goes on. */
function checkFiles(directory: string): void {
  const files = readdirSync(join(directory, 'blobs'), { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  const [parts, entries] = [files.filter(({ parentPath }) => parentPath.endsWith('/parts')), files.filter(({ parentPath }) => !parentPath.endsWith('/parts'))];
  const database = new DatabaseSync(join(directory, 'mirror.db'));
  try {
    const rows = database.prepare('SELECT DISTINCT cid FROM blob ORDER BY cid').all();
    assert.deepEqual(entries.map(({ name }) => name).sort(), rows.map(({ cid }) => cid));
    const begun = database.prepare(`SELECT cid || '.' || account || '.' || size AS name, held FROM upload`).all();
    const there = new Map<unknown, number>(parts.map(({ name, parentPath }) => [name, statSync(join(parentPath, name)).size]));
    // A row is there before its file, and tells of no byte that the file has not.
    for (const { name, held } of begun) {
      assert.ok((there.get(name) ?? 0) >= Number(held), `${String(name)} has not the ${String(held)} bytes that are noted`);
      there.delete(name);
    }
    assert.deepEqual([...there.keys()], []);
    assert.deepEqual(database.prepare('PRAGMA integrity_check').all().map((row) => Object.values(row)), [['ok']]);
    assert.deepEqual(database.prepare('PRAGMA foreign_key_check').all(), []);
    assert.equal(database.prepare(`SELECT count(*) AS staged FROM copy WHERE state = 'staged'`).get()!['staged'], 0);
  } finally {
    database.close();
  }
  for (const { parentPath, name } of entries) assert.ok(isBlockOf(parseCid(name), readFileSync(join(parentPath, name))), name);
}
