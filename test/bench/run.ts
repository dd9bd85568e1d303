// `npm run bench -- --engine`: Holdfast beside its peers, in one run, on the same input. `--quick` leaves out 100,000 records.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { engineBundle } from '../support/engine-bundle.ts';
import { atcute } from './atcute.ts';
import { Generator } from './generator.ts';
import type { Item } from './generator.ts';
import { freshBlocks, hashedParts, makeCar, makeMessages, messageBlocks } from './holdfast.ts';
import { hashMs, measureMachine } from './machine.ts';
import type { Machine } from './machine.ts';
import { median, timed } from './measure.ts';
import type { Action, Message, Peer } from './peer.ts';
import { peers } from './peers.ts';
import { percentile } from './street/percentile.ts';
import { heading, line } from './table.ts';
import type { Row } from './table.ts';

const sizes = process.argv.includes('--quick') ? [1_000, 10_000] : [1_000, 10_000, 100_000];
/** The same for every peer, so that none is warmer than another. */
const WRITES = 1_000;
const ROUNDS = 3;
const ACTIONS: readonly Action[] = ['create', 'update', 'delete'];

const { gc } = globalThis as { gc?: () => void };
if (gc === undefined) throw new Error('Run this by `npm run bench`, which lets it collect garbage between measurements.');

function print(row: Row): void {
  console.log(line(row));
}

/** One value for each peer, one peer after the other: none works in another's garbage. */
async function ofEach<Value>(measure: (peer: Peer) => Promise<Value> | Value): Promise<Value[]> {
  const values: Value[] = [];
  for (const peer of peers) {
    gc!();
    values.push(await measure(peer));
  }
  return values;
}

/** The best of three rounds, for every peer: what disturbs a measurement only ever makes it slower. */
async function best(work: () => Promise<unknown>): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) least = Math.min(least, await timed(work));
  return least;
}

/** @throws Error unless all that was found is the same */
function assertOne(found: readonly (string | undefined)[], what: string): void {
  if (new Set(found.filter((one) => one !== undefined)).size !== 1) throw new Error(`The peers do not come to one ${what}: ${found.join(', ')}`);
}

function changesOf(action: Action, existing: readonly Item[]): { readonly action: Action; readonly item: Item }[] {
  const generator = new Generator(2);
  const count = action === 'create' ? WRITES : Math.min(WRITES, existing.length - 1);
  const step = Math.floor(existing.length / count);
  return Array.from({ length: count }, (_, i) => {
    // Not the first of them: it has no other key, and a like has no other record key.
    const old = existing[Math.min(i * step + 1, existing.length - 1)]!;
    return { action, item: action === 'create' ? generator.item() : action === 'update' ? generator.changed(old) : old };
  });
}

async function measureWrites(car: Uint8Array, action: Action, items: readonly Item[]): Promise<void> {
  const changes = changesOf(action, items);
  const measured = await ofEach(async (peer) => {
    const held = await peer.open(car);
    const times: number[] = [];
    // The first writes warm the code and the cache of every peer alike.
    const warm = Math.floor(changes.length / 5);
    let spent = process.cpuUsage();
    for (const [index, { item }] of changes.entries()) {
      if (index === warm) spent = process.cpuUsage();
      times.push(await timed(() => held.write(action, item)) * 1000);
    }
    const { user, system } = process.cpuUsage(spent);
    return { root: await held.root(), times: times.slice(warm), cpu: (user + system) / (changes.length - warm) };
  });
  assertOne(measured.map(({ root }) => root), `root of ${changes.length} times ${action}`);
  const medians = measured.map(({ times }) => median(times));
  const limit = (await hashMs(await freshBlocks(car, changes)) * 1000) / changes.length;
  print({ what: `${action}, one commit, median`, unit: 'µs', values: medians, limit });
  // All threads, collecting garbage too: of a busy machine it says more than the clock.
  print({ what: `${action}, of a processor, mean`, unit: 'µs', values: measured.map(({ cpu }) => cpu), limit });
  const p95 = measured.map(({ times }, at) => percentile(times, 95) / medians[at]!);
  print({ what: `${action}, p95 over median`, unit: '×', values: p95, isRatio: true });
}

function changesOn(items: readonly Item[], count: number): { action: Action; item: Item }[] {
  const generator = new Generator(4);
  return Array.from({ length: count }, (_, i) => {
    const action: Action = i % 10 < 8 ? 'create' : i % 10 === 8 ? 'update' : 'delete';
    const old = items[(i * 7 + 3) % items.length]!;
    return { action, item: action === 'create' ? generator.item() : action === 'update' ? generator.changed(old) : old };
  });
}

async function verifyAll(peer: Peer, messages: readonly Message[]): Promise<number> {
  const all = (): Promise<void> => messages.reduce((before, message) => before.then(() => peer.verifyMessage(message)), Promise.resolve());
  return (await best(all) / messages.length) * 1000;
}

/** How far the memory of a process rises that verifies the file and does nothing else. */
function peakMegabytes(peer: Peer, file: string): number {
  const script = fileURLToPath(new URL('./verify-memory.ts', import.meta.url));
  const said = execFileSync(process.execPath, ['--expose-gc', script, peer.name, file], { encoding: 'utf8' });
  return (JSON.parse(said) as { megabytes: number }).megabytes;
}

async function measureSize(size: number, { verifyMs }: Machine): Promise<void> {
  const items = new Generator(1).items(size);
  const car = await makeCar(items);
  console.log(`\n${heading(`${size.toLocaleString('en')} records, ${(car.length / 1e6).toFixed(1)} MB`, peers.map(({ name }) => name))}`);

  const { blocks, keys } = await hashedParts(car);
  const [blocksMs, keysMs] = [await hashMs(blocks), await hashMs(keys)];
  const roots: string[] = [];
  // Every intermediate tree is stored by this peer: 100,000 records take it 45 s and 2.5 GB.
  const building = await ofEach(async (peer) => (size > 10_000 && peer === atcute ? undefined : best(async () => roots.push(await peer.build!(items)))));
  assertOne(roots, 'tree');
  print({ what: 'bulk build', unit: 'ms', values: building, limit: blocksMs + keysMs });
  for (const action of ACTIONS) await measureWrites(car, action, items);

  const exported = await ofEach(async (peer) => {
    const held = await peer.open(car);
    return { plain: await best(() => held.export()), checked: held.exportChecked && await best(() => held.exportChecked!()) };
  });
  print({ what: 'CAR export', unit: 'ms', values: exported.map(({ plain }) => plain), limit: blocksMs });
  print({ what: 'CAR export, every block hashed', unit: 'ms', values: exported.map(({ checked }) => checked), limit: blocksMs });
  const verified = await ofEach((peer) => best(async () => {
    if ((await peer.verifyCar(car)) !== size) throw new Error(`${peer.name} does not find every record`);
  }));
  print({ what: 'CAR verify', unit: 'ms', values: verified, limit: blocksMs + keysMs + verifyMs });
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const file = join(folder, 'repository.car');
  writeFileSync(file, car);
  print({ what: 'CAR verify, peak memory', unit: 'MB', values: await ofEach((peer) => peakMegabytes(peer, file)) });
  rmSync(folder, { recursive: true });

  const messages = await makeMessages(car, changesOn(items, Math.min(500, size / 10)));
  const limit = (await hashMs(messages.flatMap(({ car: blocksOf }) => messageBlocks(blocksOf))) / messages.length + verifyMs) * 1000;
  print({ what: '#commit verify, P-256, each', unit: 'µs', values: await ofEach((peer) => verifyAll(peer, messages)), limit });
}

console.log('Holdfast beside its peers. In brackets: how many times as long they take, and how many times the limit Holdfast takes: the');
console.log('hashes, and signatures where one is checked. Writes sign nothing, for any. Peers check less: see test/bench/README.md.\n');
const machine = await measureMachine();
for (const said of machine.lines) console.log(`- ${said}`);
console.log(`- engine for browsers, protocol without catalogue and repo: ${((await engineBundle()).size / 1000).toFixed(1)} kB gzip`);
for (const size of sizes) await measureSize(size, machine);
