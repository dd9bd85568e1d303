// Holdfast's mirror, with commits that were signed before the measurement: signing is the work of houses.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MirrorSettings } from '../../../src/mirror/index.ts';
import { cidOf, tidFrom } from '../../../src/protocol/index.ts';
import type { CommitMessage, Write } from '../../../src/repo/index.ts';
import { FakeDirectory, MirrorHouse } from '../../support/running-mirror.ts';
import type { RunningTestMirror } from '../../support/running-mirror.ts';
import { Talk } from '../../support/talk.ts';
import { batchesOf, fileOf, smallPost } from './peer.ts';
import type { StreetPeer, Writer } from './peer.ts';
import { startServer } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

/** A mirror in a process of its own. */
export async function startMirrorProcess(settings: Pick<MirrorSettings, 'directory' | 'folder'> & Partial<MirrorSettings>): Promise<ServerProcess> {
  const all: MirrorSettings = {
    port: 0, handleDomains: ['holdfast.test'], relays: [], invites: [], inviteOnly: false, blobBytes: 50_000_000, repoBytes: 1_000_000_000,
    allBlobBytes: 1_000_000_000, requestsIn5Minutes: 6_000, eventDays: 30, watchSeconds: 3_600, ...settings,
  };
  return startServer(fileURLToPath(new URL('mirror-child.ts', import.meta.url)), [JSON.stringify(all)]);
}

export async function startMirrorPeer(): Promise<StreetPeer> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const directory = await FakeDirectory.start();
  const server = await startMirrorProcess({ directory: directory.url, folder });
  const mirror = { ...server.said, directory } as unknown as RunningTestMirror;
  let seed = 0;
  return {
    name: 'Holdfast', url: mirror.url, pid: server.pid,
    async writers(count, posts) {
      const writers: Writer[] = [];
      for (let i = 0; i < count; i++) writers.push(await presigned(await MirrorHouse.paired(mirror, ++seed), posts));
      return writers;
    },
    async accountWith(records) {
      const [first, ...rest] = batchesOf<Write>(records.map((item) => ({ action: 'create', ...item })));
      const house = await MirrorHouse.make(mirror, ++seed, first);
      for (const batch of rest) await house.write(batch);
      await house.pair();
      return house.did;
    },
    async accountWithBlob(bytes) {
      const cid = cidOf(bytes, 'raw');
      const house = await MirrorHouse.paired(mirror, ++seed, [{ action: 'create', path: 'app.holdfast.file/one', record: fileOf(cid, bytes.length) }]);
      const { status } = await house.putBlob(bytes);
      if (status !== 200) throw new Error(`The blob was answered with ${status}.`);
      return { did: house.did, cid: cid.toString() };
    },
    async close() {
      await server.stop();
      await directory.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function presigned(house: MirrorHouse, posts: number): Promise<Writer> {
  const talk = await Talk.begin(house);
  const messages: CommitMessage[] = [];
  for (let number = 0; number < posts; number++) {
    const path = `app.bsky.feed.post/${tidFrom(1_700_000_000_000_000 + number * 1_000_000, 7)}`;
    messages.push(await house.write([{ action: 'create', path, record: smallPost(number) }]));
  }
  return overTalk(talk, messages);
}

/** Sends as many ahead of their receipts as it is asked to. */
function overTalk(talk: Talk, messages: readonly CommitMessage[]): Writer {
  const waiting: PromiseWithResolvers<void>[] = [];
  let next = 0;
  void (async () => {
    for (let answer = await talk.hear(); answer !== undefined; answer = await talk.hear()) {
      if (answer.type === '#ack') waiting.shift()?.resolve();
      else waiting.shift()?.reject(new Error(`The mirror said ${JSON.stringify(answer)}.`));
    }
  })().catch((error: unknown) => waiting.forEach(({ reject }) => reject(error)));
  return {
    write() {
      const answered = Promise.withResolvers<void>();
      waiting.push(answered);
      talk.say({ type: '#commit', message: messages[next++]! }).catch(answered.reject);
      return answered.promise;
    },
    close: () => talk.close(),
  };
}
