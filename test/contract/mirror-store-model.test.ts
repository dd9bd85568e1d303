// The same random wishes for both stores of a mirror: the plain one in memory says what the one in SQLite should do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cidOf, parseDid, parseHandle, parseNsid, tidFrom } from '../../src/protocol/index.ts';
import type { Cid, Did, Tid } from '../../src/protocol/index.ts';
import type { Block } from '../../src/repo/index.ts';
import type { CopyHead, CopyStatus, CopyWriter, MirrorStore, NewEvent } from '../../src/mirroring/index.ts';
import { MemoryBlobStore, MemoryMirrorStore } from '../../src/storage/memory/index.ts';
import { inDirectory, opened } from '../support/mirror-directory.ts';

const HOUR_MS = 3_600_000;
const WISHES = 250;
const DIDS = ['a', 'b', 'c'].map((name) => parseDid(`did:web:${name}.test`));
const HANDLES = ['x', 'y'].map((name) => parseHandle(`${name}.mirror.test`));
const COLLECTIONS = ['app.holdfast.one', 'app.holdfast.two'].map((name) => parseNsid(name));
const STATUSES: readonly CopyStatus[] = ['active', 'deactivated', 'takendown'];
const PATHS = ['app.holdfast.one/1', 'app.holdfast.one/2', 'app.holdfast.two/3'];
const BLOCKS: readonly Block[] = Array.from({ length: 24 }, (_, index) => blockOf(new Uint8Array(10 + index * 7).fill(index)));
const BLOBS: readonly Cid[] = Array.from({ length: 5 }, (_, index) => cidOf(Uint8Array.of(index), 'raw'));

/** The two stores as one: a wish goes to both, and both answer the same. */
type Both = readonly [MirrorStore, MirrorStore];

for (const seed of [1, 2, 3]) {
  test(`${WISHES} random wishes come to the same in SQLite as in memory, seed ${seed}`, () => inDirectory((directory) => {
    const clock = { ms: 1_750_000_000_000 };
    const now = (): number => clock.ms;
    const named = new MemoryBlobStore({ now });
    return opened(directory, { now }, async ({ store, blobs }) => {
      const both: Both = [new MemoryMirrorStore({ blobs: named, now }), store];
      const random = randomOf(seed);
      const writers: [CopyWriter, CopyWriter, Did][] = [];
      const counts = new Map<string, number>();
      for (let wish = 0; wish < WISHES; wish++) {
        clock.ms += random(3) === 0 ? random(HOUR_MS) : random(1000) - 200;
        const outcome = await step(both, random, writers, clock, wish);
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
        await compare(both, clock.ms);
        for (const did of DIDS) {
          assert.deepEqual((await blobs.list(did, { limit: 9 })).map(String), (await named.list(did, { limit: 9 })).map(String));
          const since = { limit: 9, since: revOf(random(wish + 1)) };
          const newer = new Set((await blobs.list(did, since)).map(String));
          for (const cid of await named.list(did, since)) assert.ok(newer.has(cid.toString()), cid.toString());
        }
      }
      for (const outcome of ['done', 'HeadMoved', 'HandleTaken', 'AccountMissing', 'AccountExists']) {
        assert.ok((counts.get(outcome) ?? 0) > 0, `no ${outcome}: ${JSON.stringify([...counts])}`);
      }
    });
  }));
}

type Random = (below: number) => number;

async function step(both: Both, random: Random, writers: [CopyWriter, CopyWriter, Did][], clock: { readonly ms: number }, wish: number): Promise<string> {
  const did = DIDS[random(DIDS.length)]!;
  const [account] = await Promise.all(both.map((store) => store.account(did)));
  const handle = HANDLES[random(HANDLES.length)]!;
  const head: CopyHead = { cid: cidOf(Uint8Array.of(wish & 255, wish >> 8)), rev: revOf(wish), data: BLOCKS[0]!.cid };
  // Now and then a stale one.
  const expected = random(6) === 0 ? head.cid : account?.head?.cid;
  const events: NewEvent[] = random(4) === 0 ? [] : [{ type: '#commit', did, head, body: { did, wish } }];
  const blobs = new Map(some(PATHS, random).map((path) => [path, some(BLOBS, random)]));
  switch (random(11)) {
    case 0:
      return agreed(both.map((store) => store.enroll({ did, ...(wish % 2 === 0 && { handle }) })));
    case 1:
      return agreed(both.map((store) => store.update(did, { handle: wish % 3 === 0 ? undefined : handle }, identity(did))));
    case 2:
      return agreed(both.map((store) => store.update(did, { status: STATUSES[wish % STATUSES.length]! })));
    case 3:
      return random(3) === 0 ? agreed(both.map((store) => store.remove(did, identity(did)))) : 'nothing';
    case 4: {
      const outcome = await Promise.allSettled(both.map((store) => store.copy(did)));
      const [a, b] = outcome.map((each) => (each.status === 'fulfilled' ? each.value : undefined));
      if (a !== undefined && b !== undefined) writers.push([a, b, did]);
      return agreed(outcome.map((each) => (each.status === 'fulfilled' ? Promise.resolve(1) : Promise.reject(each.reason))));
    }
    case 5: {
      const [a, b, of] = writers.splice(random(writers.length + 1), 1)[0] ?? [];
      if (a === undefined || b === undefined || of === undefined) return 'nothing';
      if (random(5) === 0) return agreed([a, b].map((writer) => writer.discard()));
      const more = some(BLOCKS, random);
      const added = await agreed([a, b].map((writer) => writer.add(more, blobs)));
      if (added !== 'done') return added;
      const at = random(6) === 0 ? head.cid : (await both[0].account(of))?.head?.cid;
      const copy = {
        expected: at, head, signingKey: 'did:key:zA', collections: new Map([[COLLECTIONS[0]!, wish % 5]]),
        events: events.map((event) => ({ ...event, did: of })),
      };
      return agreed([a, b].map((writer) => writer.adopt(copy)));
    }
    case 9: {
      const kind = wish % 2 === 0 ? 'passphrase' : 'passkey';
      if (random(4) === 0) return agreed(both.map((store) => store.removeKit(did, kind)));
      const signingKey = random(2) === 0 ? 'did:key:zA' : 'did:key:zB';
      return agreed(both.map((store) => store.putKit(did, { kind, file: Uint8Array.of(wish & 255), signingKey, ...(wish % 3 === 0 && { cameFrom: 'did:key:zC' }) })));
    }
    case 6:
      return agreed(both.map((store) => store.maintain(clock.ms - 2 * HOUR_MS)));
    default: {
      const change = {
        did, expected: expected ?? head.cid, head, signingKey: 'did:key:zB', newBlocks: some(BLOCKS, random), deadBlocks: some(BLOCKS, random).map(({ cid }) => cid),
        grown: new Map([[COLLECTIONS[random(2)]!, random(4) - 1]]), blobs, events,
      };
      return agreed(both.map((store) => store.commit(change)));
    }
  }
}

/** What both came to: `done`, or the code of the refusal. */
async function agreed(work: readonly Promise<unknown>[]): Promise<string> {
  const settled = await Promise.allSettled(work);
  const [model, real] = [settled[0]!, settled[1]!];
  const outcomes = [model, real].map((each) => (each.status === 'fulfilled' ? 'done' : (each.reason as { readonly code?: string }).code ?? String(each.reason)));
  assert.equal(outcomes[1], outcomes[0]);
  if (model.status === 'fulfilled' && real.status === 'fulfilled') assert.deepEqual(plain(real.value), plain(model.value));
  return outcomes[0]!;
}

async function compare(both: Both, ms: number): Promise<void> {
  const views = await Promise.all(both.map(async (store) => plain([
    await store.accounts({ limit: 9 }), await Promise.all(HANDLES.map((handle) => store.accountNamed(handle))),
    await Promise.all(DIDS.map((did) => store.kits(did))), await store.lastSeq(), await store.prunedSeq(), await store.read(0, { limit: 1e4, bytes: 1e9 }),
  ])));
  assert.deepEqual(views[1], views[0]);
  // What has been dead for an hour may be gone at any time, and is gone now.
  await Promise.all(both.map((store) => store.maintain(0)));
  for (const did of DIDS) {
    const [model, real] = await Promise.all(both.map((store) => store.reader(did).read(BLOCKS.map(({ cid }) => cid))));
    // What is dead may stay longer where a copy was replaced.
    for (const [index, bytes] of model!.entries()) if (bytes !== undefined) assert.deepEqual(real![index], bytes);
    const since = revOf(Math.floor(ms / 1000) % WISHES);
    // And may say that more is new, where a copy was begun on another head.
    const [expected, newer] = await Promise.all(both.map((store) => cidsOf(store.blocksSince(did, since))));
    for (const cid of expected!) assert.ok(newer!.has(cid), cid);
  }
}

async function cidsOf(runs: AsyncIterable<readonly Block[]>): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for await (const blocks of runs) for (const { cid } of blocks) found.add(cid.toString());
  return found;
}

function identity(did: Did): NewEvent[] {
  return [{ type: '#identity', did, body: { did } }];
}

function some<Item>(items: readonly Item[], random: Random): Item[] {
  return items.filter(() => random(4) === 0);
}

function revOf(wish: number): Tid {
  return tidFrom(1_750_000_000_000_000 + wish, 1);
}

function blockOf(bytes: Uint8Array): Block {
  return { cid: cidOf(bytes), bytes };
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_key, each: unknown) => {
    if (each instanceof Uint8Array) return Buffer.from(each).toString('hex');
    return each instanceof Map ? [...each].sort() : each;
  }) ?? 'null');
}

/** Numbers that look random and are the same every time. */
function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
