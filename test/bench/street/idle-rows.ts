// A mirror with many accounts that do nothing, and many who wait for news: how soon it is there, and what it takes.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountEvent, identityEvent, Ingest, syncEvent } from '../../../src/mirroring/index.ts';
import { parseDid, TidClock } from '../../../src/protocol/index.ts';
import { carBytes, Repository } from '../../../src/repo/index.ts';
import { MemoryBlockStore } from '../../../src/storage/memory/index.ts';
import { openMirrorStore } from '../../../src/storage/sqlite/index.ts';
import { seededP256Signer } from '../../../src/testing/index.ts';
import { FakeDirectory, MirrorHouse } from '../../support/running-mirror.ts';
import type { RunningTestMirror } from '../../support/running-mirror.ts';
import { Talk } from '../../support/talk.ts';
import { nowMs } from './clock.ts';
import { bareFanOut, openMany } from './limits.ts';
import { startMirrorProcess } from './mirror-peer.ts';
import { smallPost } from './peer.ts';
import { percentile } from './percentile.ts';
import { watchProcessor } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

/** Commits that are measured, after as many that are not. */
const NEWS = 50;

/** Lines to print. */
export async function measureIdle(accounts: number, subscribers: number): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const directory = await FakeDirectory.start();
  try {
    await fill(folder, accounts);
    const start = performance.now();
    // It says where it is when it answers.
    const server: ServerProcess = await startMirrorProcess({ directory: directory.url, folder });
    const ms = performance.now() - start;
    try {
      const { url } = server.said as { readonly url: string };
      const memory = (): number => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1024;
      const idle = memory();
      const listeners = await openMany(url, subscribers);
      const mirror = { ...server.said, directory } as unknown as RunningTestMirror;
      const house = await MirrorHouse.paired(mirror, 1);
      const talk = await Talk.begin(house);
      await Promise.all(listeners.map((listener) => listener.quiet()));
      const waiting = memory();
      const latencies: number[] = [];
      let used = watchProcessor(server.pid);
      for (let number = 0; number < 2 * NEWS; number++) {
        if (number === NEWS) used = watchProcessor(server.pid);
        const message = await house.write([{ action: 'create', path: `app.bsky.feed.post/n${number}`, record: smallPost(number) }]);
        const sent = nowMs();
        await Promise.all([talk.say({ type: '#commit', message }), talk.hear(), ...listeners.map((listener) => listener.until(number + 1))]);
        if (number >= NEWS) latencies.push(...listeners.map(({ times }) => times[number]! - sent));
      }
      const processor = used();
      talk.close();
      for (const listener of listeners) listener.close();
      return [
        `a mirror of ${accounts.toLocaleString('en')} accounts answers ${(ms / 1000).toFixed(2)} s after its process was started, and takes ${idle.toFixed(0)} MB`,
        `with ${subscribers.toLocaleString('en')} subscribers that wait: ${waiting.toFixed(0)} MB`,
        `one commit, until a subscriber of them has it: p50 ${percentile(latencies, 50).toFixed(1)} ms, p99 ${percentile(latencies, 99).toFixed(1)} ms`,
        `of a processor, with the ingest of the commit: ${processor === undefined ? 'not known here' : `${((processor * 1000) / subscribers / NEWS).toFixed(1)} µs a delivery`}`
          + `; bare ws does as much in ${await bareFanOut(subscribers, NEWS, true)}`,
      ];
    } finally {
      await server.stop();
    }
  } finally {
    await directory.close();
    rmSync(folder, { recursive: true });
  }
}

/** Accounts of one record each, verified and stored as any other. */
async function fill(folder: string, accounts: number): Promise<void> {
  const signer = await seededP256Signer(new Uint8Array(32).fill(1));
  const { store, close } = await openMirrorStore(folder);
  const ingest = new Ingest({
    store, signer, keys: { keyOf: async () => signer.publicKey }, limits: { blobBytes: 1_000, repoBytes: 1_000_000, aheadMs: 120_000 },
    hasBlob: async () => false, announce: () => undefined,
  });
  const clock = new TidClock();
  for (let number = 0; number < accounts; number++) {
    const did = parseDid(`did:plc:${number.toString(32).padStart(24, '0').replace(/[0189]/g, (digit) => 'wxyz'['0189'.indexOf(digit)]!)}`);
    const blocks = new MemoryBlockStore();
    const { repository: { commit }, newBlocks } = await Repository.create(blocks, did, { signer, clock }, [{ action: 'create', path: 'app.bsky.feed.post/first', record: smallPost(number) }]);
    await store.enroll({ did });
    await ingest.putRepo(did, carBytes(commit.cid, newBlocks));
    await store.update(did, { status: 'active' }, [accountEvent(did, true), identityEvent(did), syncEvent(did, commit.rev, commit)]);
  }
  await close();
}
