// One seed, one run.
import { ACCOUNT_KEYS, BEGINNING_OF_ALL, DID, MIRROR_KEYS } from './account.ts';
import { Checker, reasons } from './checker.ts';
import { Client, isShared } from './client.ts';
import { SimulatedHouse } from './house.ts';
import { installMachine } from './machine.ts';
import { SimulatedMirror } from './mirror.ts';
import { Origin } from './origin.ts';
import { plantIn, wrapFor } from './plants.ts';
import type { Plant } from './plants.ts';
import type { Account, HouseStore } from '../../src/pds/index.ts';
import { Random } from './random.ts';
import { Trouble } from './trouble.ts';
import type { Scene } from './trouble.ts';
import { Wires } from './wire.ts';
import { World } from './world.ts';

export interface SimulateOptions {
  readonly plant?: Plant;
  /** Keeps a line for everything that happens. */
  readonly isTraced?: boolean;
}

/** What came of a run. */
export interface Outcome {
  readonly seed: number;
  /** Nothing, where all is well. */
  readonly violations: readonly string[];
  /** The same for the same seed. */
  readonly fingerprint: string;
  readonly lines: readonly string[];
  readonly events: number;
  /** How often each kind of trouble fired. */
  readonly fired: ReadonlyMap<string, number>;
  readonly acknowledged: number;
}

/** Tabs by the origins that they are of. */
const ARRANGEMENTS = [['a'], ['a', 'a'], ['a', 'a'], ['a', 'b'], ['a', 'a', 'b'], ['a', 'b', 'c']] as const;
/** So long may it take until all agree, when nothing goes wrong any more; in milliseconds. */
const MOST_MS_TO_HEAL = 20 * 60_000;

/** Runs the simulation of a seed. */
export async function simulate(seed: number, { plant, isTraced = false }: SimulateOptions = {}): Promise<Outcome> {
  const world = new World(new Random(seed), isTraced);
  const restore = installMachine(world, [ACCOUNT_KEYS, MIRROR_KEYS]);
  const mirror = new SimulatedMirror(world, MIRROR_KEYS.signer, DID, ACCOUNT_KEYS.signer.publicKey);
  const checker = new Checker(world);
  const fired = new Map<string, number>();
  const client = new Client(world, checker);
  /** What was counted where it happened. */
  const troubles = new Map<string, () => number>();
  try {
    const scene = await open(world, mirror, plant);
    troubles.set('hit on the wires', () => scene.wires.faults);
    troubles.set('refused by the disk', () => scene.origins.reduce((sum, { databases }) => sum + databases.faults.fired, 0));
    const trouble = new Trouble(scene, client, checker, fired);
    await world.run(() => trouble.history());
    await world.run(() => heal(scene, client, checker));
  } catch (error) {
    checker.report(`the run failed: ${reasons(error)}`);
    if (isTraced && error instanceof Error) world.lines.push(error.stack ?? '');
  } finally {
    restore();
    mirror.end();
  }
  for (const [kind, count] of troubles) fired.set(kind, (fired.get(kind) ?? 0) + count());
  const { fingerprint, lines, events } = world;
  return { seed, violations: checker.violations, fingerprint, lines, events, fired, acknowledged: client.wishes.filter(({ state }) => state === 'done').length };
}

/** Houses and a mirror that have met. */
async function open(world: World, mirror: SimulatedMirror, plant: Plant | undefined): Promise<Scene> {
  const wires = new Wires(world, mirror);
  mirror.onStop = (process) => wires.orphan(process);
  const origins = new Map<string, Origin>();
  const houses = world.random.of(ARRANGEMENTS).map((name, index) => {
    const origin = origins.get(name) ?? new Origin(name, world);
    origins.set(name, origin);
    return new SimulatedHouse(`${name}${index}`, origin, DID, world, wires, wrapFor(plant));
  });
  for (const house of houses) {
    house.onCommit = () => {
      for (const other of houses) if (other.origin === house.origin) other.wake();
    };
  }
  await mirror.start();
  await world.run(() => mirror.begin(BEGINNING_OF_ALL.car), mirror.process);
  const { keys, blocks } = BEGINNING_OF_ALL;
  let account: Account = { ...BEGINNING_OF_ALL.account, mirror: mirror.known() };
  for (const origin of origins.values()) {
    const first = houses.find((house) => house.origin === origin)!;
    first.start();
    while (!first.isOpen) await world.run(() => world.sleep(1));
    await world.run(() => first.within(({ store }) => (origin.name === 'a' ? store.create(account, keys, blocks) : restored(store, account))));
    // Each has met the mirror, as when it was paired or restored.
    while (account.mirror?.acknowledged === undefined) {
      await world.run(() => world.sleep(10));
      account = (await world.run(() => first.within(({ store }) => store.account(DID))))!;
    }
    // Some owners keep little history.
    const historyLimit = world.random.of([undefined, undefined, undefined, 0, 700]);
    if (historyLimit !== undefined) await world.run(() => first.within(({ store }) => store.update(DID, { historyLimit })));
    plantIn(origin, plant);
  }
  for (const house of houses) if (!house.isOpen) house.start();
  return { world, wires, mirror, houses, origins: [...origins.values()] };
}

/** The account comes to another device as one that is restored: built aside, and adopted. */
async function restored(store: HouseStore, account: Account): Promise<void> {
  const writer = await store.packs(DID);
  await writer.add(BEGINNING_OF_ALL.blocks);
  await writer.adopt({ ...account, origin: 'restored' }, BEGINNING_OF_ALL.keys);
}

/** Nothing goes wrong any more: everything that can be known is asked, and all agree. */
async function heal({ world, wires, mirror, houses, origins }: Scene, client: Client, checker: Checker): Promise<void> {
  world.note('nothing goes wrong any more');
  wires.calm();
  mirror.heal();
  for (const { databases } of origins) databases.faults.heal();
  if (mirror.process === undefined) mirror.startBeside();
  for (const house of houses) {
    house.setClock(0);
    if (house.page === undefined || world.random.oneIn(2)) {
      house.crash();
      house.start();
    }
  }
  await client.quiet();
  while (houses.some((house) => !house.isOpen) || mirror.process === undefined) await world.sleep(10);
  for (const house of houses) if (world.random.oneIn(2)) client.repeat(house, true);
  // Every house can write.
  for (const house of houses) {
    client.write(house);
    await client.quiet();
  }
  await converge({ world, mirror, houses, origins }, checker);
  for (const house of houses) {
    const held = await checker.house(house, client.wishes, isShared);
    if (held === undefined) continue;
    await checker.history(house, held);
    await checker.blobs(house, held, client.blobs);
  }
  await world.sleep(0, mirror.process!);
  const held = await inProcess(world, mirror, () => checker.mirror(mirror));
  const log = await inProcess(world, mirror, () => mirror.log());
  checker.log(log);
  // The last have a moment to arrive.
  await world.sleep(100);
  checker.consumer(mirror.consumer.frames, log);
  for (const house of houses) {
    const head = (await house.within(({ store }) => store.account(DID)))?.head.cid.toString();
    if (held !== undefined && head !== held.head) checker.report(`${house.name} is at ${head}, and the mirror at ${held.head}`);
    for (const error of house.errors) checker.report(`${house.name} met what nobody foresaw: ${reasons(error)}`);
  }
  for (const error of mirror.errors) checker.report(`the mirror met what nobody foresaw: ${reasons(error)}`);
}

function inProcess<Result>(world: World, mirror: SimulatedMirror, work: () => Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    world.after(0, () => {
      work().then((result) => world.after(0, () => resolve(result), world.outside), (error: unknown) => world.after(0, () => reject(error as Error), world.outside));
    }, mirror.process!);
  });
}

async function converge({ world, mirror, houses, origins }: Omit<Scene, 'wires'>, checker: Checker): Promise<void> {
  const begun = world.elapsed;
  const until = begun + MOST_MS_TO_HEAL;
  for (;;) {
    const states = await Promise.all(origins.map((origin) => {
      const house = houses.find((one) => one.origin === origin)!;
      return house.within(async ({ store }) => ({ account: (await store.account(DID))!, waiting: (await store.outboxSize(DID)).commits }));
    }));
    const theirs = (await inProcess(world, mirror, () => mirror.host.copies.account(DID)))?.head?.cid.toString();
    for (const [index, state] of states.entries()) {
      const alarm = state?.account.mirror?.alarm;
      if (alarm === undefined) continue;
      // Words that make no sense, and a clock that was set, are answered by the owner: go on.
      if (alarm.code !== 'refused' && alarm.code !== 'clock') return checker.report(`there is an alarm: ${alarm.code}: ${alarm.message}`);
      world.note(`the owner answers an alarm: ${alarm.message}`);
      await houses.find((one) => one.origin === origins[index])!.post('app.holdfast.bridge.setPaused', { did: DID, paused: false });
    }
    if (states.every((state) => state !== undefined && state.waiting === 0 && state.account.head.cid.toString() === theirs)) return undefined;
    if (world.elapsed > until) {
      const words = states.map((state) => `${state?.account.head.cid} with ${state?.waiting} waiting`);
      return checker.report(`they do not agree: ${words.join(', ')}; the mirror is at ${theirs}`);
    }
    await world.sleep(world.elapsed - begun < 10_000 ? 500 : 5_000);
  }
}
