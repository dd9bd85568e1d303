import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { it } from 'node:test';
import { readEvent } from '../../test/support/event-facts.ts';
import { readFirehose } from '../../test/support/firehose-reader.ts';
import { FakeDirectory, MirrorHouse, note } from '../../test/support/running-mirror.ts';
import type { RunningTestMirror } from '../../test/support/running-mirror.ts';
import { Talk } from '../../test/support/talk.ts';
import { until } from '../../test/support/until.ts';
import type { Receipt } from '../mirroring/index.ts';
import { parseDid } from '../protocol/index.ts';
import type { CommitMessage } from '../repo/index.ts';
import { inspectMirrorStore, openMirrorStore } from '../storage/sqlite/index.ts';
import { verifyMirror } from './safekeeping/verify.ts';

const ROUNDS = 3;
/** Commits that are under way at once. */
const AHEAD = 5;

/** A house that writes whenever there is a mirror, some commits ahead of its receipts, and keeps those. */
class Writer {
  readonly house: MirrorHouse;
  readonly receipts: Receipt[] = [];
  #waiting: CommitMessage[] = [];
  #count = 0;

  constructor(house: MirrorHouse) {
    this.house = house;
  }

  /** Until the mirror ends the conversation. */
  async write(over: 'websocket' | 'http'): Promise<void> {
    const talk = await Talk.begin(this.house, over);
    const held = talk.welcome.head!.rev;
    this.#waiting = this.#waiting.filter(({ rev }) => rev > held);
    try {
      for (const message of this.#waiting) await talk.say({ type: '#commit', message });
      for (;;) {
        while (this.#waiting.length < AHEAD) {
          const message = await this.house.write([note(`n${this.#count++}`)]);
          this.#waiting.push(message);
          await talk.say({ type: '#commit', message });
        }
        if (!this.#take(await talk.hear())) return;
      }
    } catch (error) {
      if ((error as { readonly code?: string }).code !== 'Lost') throw error;
      // What came before the end was not read yet, if it was a sending that failed.
      while (this.#take(await talk.hear().catch(() => undefined)));
    }
  }

  #take(answer: Awaited<ReturnType<Talk['hear']>>): boolean {
    if (answer === undefined) return false;
    assert.ok(answer.type === '#ack', JSON.stringify(answer));
    this.receipts.push(answer.receipt);
    assert.equal(this.#waiting.shift()!.rev, answer.receipt.rev);
    return true;
  }
}

/** With the settings that are given, and none of whoever tests. */
function mirrorProcess(args: readonly string[], settings: Readonly<Record<string, string>>): ChildProcess {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('HOLDFAST_'));
  return spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...Object.fromEntries(others), ...settings } });
}

it('a mirror that is told to stop ends what it has begun: each durable commit has its receipt and its event has reached the reader; it comes back and goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-stopping-'));
  const data = join(folder, 'mirror');
  const directory = await FakeDirectory.start();
  let running: ChildProcess | undefined;
  /** Where it says that it is; the same port from the first time on. */
  let url = 'http://localhost:0';
  const start = async (): Promise<ChildProcess> => {
    const child = mirrorProcess([], { HOLDFAST_MIRROR_PORT: new URL(url).port, HOLDFAST_DATA_DIR: folder, HOLDFAST_PLC_URL: directory.url });
    let said = '';
    child.stdout!.on('data', (text: Buffer) => (said += text.toString()));
    await until('the mirror has started', () => {
      assert.equal(child.exitCode, null, 'it ended at once');
      return said.includes('mirror http');
    });
    url = /mirror (http\S+)/.exec(said)![1]!;
    return child;
  };
  try {
    running = await start();
    const port = Number(new URL(url).port);
    const mirror = { url, did: parseDid(`did:web:localhost%3A${port}`), port, directory } as Partial<RunningTestMirror> as RunningTestMirror;
    const writers: Writer[] = [];
    for (const seed of [1, 2, 3]) writers.push(new Writer(await MirrorHouse.paired(mirror, seed)));
    const log = (): { did: unknown; seq: unknown; type: string }[] => {
      const inspection = inspectMirrorStore(data);
      try {
        return [...inspection.events()].map(({ frame }) => readEvent(frame));
      } finally {
        inspection.close();
      }
    };
    const told: unknown[] = [];
    let cursor = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const before = writers.map(({ receipts }) => receipts.length);
      const reader = await readFirehose(url, cursor);
      const writing = Promise.all(writers.map((writer, index) => writer.write(index === 2 ? 'http' : 'websocket')));
      const written = until('every house has its receipts', () => writers.every(({ receipts }, index) => receipts.length >= before[index]! + 5));
      // What fails in writing is the reason.
      await Promise.race([written, writing]);
      running.kill('SIGTERM');
      const [code] = await once(running, 'exit') as [number | null];
      assert.equal(code, 0);
      await writing;
      await reader.ended;
      for (const { house, receipts } of writers) {
        const commits = log().filter(({ did, type }) => did === house.did && type === '#commit').map(({ seq }) => seq);
        assert.deepEqual(receipts.map(({ seq }) => seq), commits, `round ${round}: ${house.did}`);
      }
      told.push(...reader.frames.map((frame) => readEvent(frame).seq));
      assert.deepEqual(told, log().map(({ seq }) => seq));
      cursor = Number(told.at(-1));
      running = await start();
    }
    assert.deepEqual((await verifyMirror(data)).faults, []);
  } finally {
    running?.kill('SIGKILL');
    await directory.close();
    rmSync(folder, { recursive: true });
  }
});

it('a command that is ended before its end says so by its exit code', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-stopping-'));
  try {
    await (await openMirrorStore(join(folder, 'mirror'))).close();
    const database = new DatabaseSync(join(folder, 'mirror', 'mirror.db'));
    database.exec(`INSERT INTO fact VALUES ('ballast', zeroblob(200000000))`);
    database.close();
    const to = join(folder, 'backup');
    const child = mirrorProcess(['backup', to], { HOLDFAST_DATA_DIR: folder });
    const ended = once(child, 'exit');
    await until('the backup has begun', () => existsSync(`${to}.unfinished`));
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [128 + 15, null]);
    assert.ok(!existsSync(to));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
