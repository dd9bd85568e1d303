// What happens to houses, wires and mirror while clients write.
import { DID } from './account.ts';
import type { Checker } from './checker.ts';
import { isShared } from './client.ts';
import type { Client } from './client.ts';
import type { SimulatedHouse } from './house.ts';
import type { SimulatedMirror } from './mirror.ts';
import type { Origin } from './origin.ts';
import type { Wires } from './wire.ts';
import type { World } from './world.ts';

/** All that takes part in a run. */
export interface Scene {
  readonly world: World;
  readonly wires: Wires;
  readonly mirror: SimulatedMirror;
  readonly houses: readonly SimulatedHouse[];
  readonly origins: readonly Origin[];
}

/** What may happen, and how often beside the others. */
const KINDS = {
  'write': 40, 'burst': 6, 'blob': 4, 'repeat': 8, 'read': 3, 'maintain': 2, 'compact': 2,
  'tab crash': 8, 'power failure': 2, 'connection lost': 4, 'transaction aborted': 4, 'disk full': 2, 'clock set': 2,
  'wires cut': 3, 'mirror killed': 2, 'mirror stopped within': 3,
} as const;
export type Kind = keyof typeof KINDS;

/** The faults among them. */
export const FAULTS: readonly Kind[] = [
  'repeat', 'tab crash', 'power failure', 'connection lost', 'transaction aborted', 'disk full', 'clock set', 'wires cut', 'mirror killed', 'mirror stopped within',
];

const DRAWN = (Object.keys(KINDS) as Kind[]).flatMap((kind) => new Array<Kind>(KINDS[kind]).fill(kind));
/** Milliseconds between two things that happen. */
const PAUSES = [0, 0, 0.5, 3, 3, 20, 20, 100, 2_000] as const;
/** What a clock may be set to, in milliseconds ahead of the true time. */
const CLOCKS = [0, 0, -3_600_000, -2_000, 1_500, 20_000, 60_000, 600_000] as const;
/** One run in so many writes enough for the tail to be folded. */
const HEAVY = 25;

export class Trouble {
  readonly #scene: Scene;
  readonly #client: Client;
  readonly #checker: Checker;
  readonly #fired: Map<string, number>;

  constructor(scene: Scene, client: Client, checker: Checker, fired: Map<string, number>) {
    [this.#scene, this.#client, this.#checker, this.#fired] = [scene, client, checker, fired];
  }

  /** Ten to thirty things, most of them writes. */
  async history(): Promise<void> {
    const { world, wires, houses } = this.#scene;
    const { random } = world;
    wires.weather = { faults: random.of([0, 0, 20, 80]), delay: random.of([2, 10, 80]) };
    const steps = 10 + random.below(21);
    const isHeavy = random.oneIn(HEAVY);
    for (let step = 0; step < steps; step++) {
      if (isHeavy && step % 5 === 0) this.#client.writeMuch(random.of(houses));
      this.#happens(random.of(DRAWN));
      await world.sleep(random.of(PAUSES) * random.between(0.5, 1.5));
      if (random.oneIn(6)) await this.#client.quiet();
    }
  }

  #happens(kind: Kind): void {
    const { world, wires, mirror, houses, origins } = this.#scene;
    const { random } = world;
    const house = random.of(houses);
    const { databases } = random.of(origins);
    if (kind !== 'write') world.note(`${kind}, ${house.name}`);
    this.#fired.set(kind, (this.#fired.get(kind) ?? 0) + 1);
    switch (kind) {
      case 'write':
        return this.#client.write(house);
      case 'burst':
        for (let count = 2 + random.below(6); count > 0; count--) this.#client.write(house);
        return undefined;
      case 'blob':
        return void this.#client.writeWithBlob(house).catch((error: unknown) => this.#checker.report(`a blob: ${String(error)}`));
      case 'repeat':
        return this.#client.repeat(house);
      case 'read':
        return void this.#checker.house(house, [], isShared);
      case 'maintain':
        return void house.within(({ store }) => store.maintain(DID)).catch(() => undefined);
      case 'compact':
        return void house.within(({ store }) => store.compact(DID)).catch(() => undefined);
      case 'tab crash':
        return this.#crash(house);
      case 'power failure':
        for (const other of houses) if (other.origin === house.origin) this.#crash(other);
        return house.origin.databases.powerFails();
      case 'connection lost':
        return house.page && house.origin.databases.lose(house.page);
      case 'transaction aborted':
        databases.faults.isNextAborted = true;
        return undefined;
      case 'disk full':
        databases.faults.isFull = true;
        world.after(random.between(1, 200), () => {
          databases.faults.isFull = false;
        }, world.outside);
        return undefined;
      case 'clock set':
        return this.#setClock(house, random.of(CLOCKS));
      case 'wires cut':
        return wires.cut();
      case 'mirror killed':
        return this.#restartAfter(() => mirror.stop());
      case 'mirror stopped within':
        return this.#restartAfter(() => mirror.stop(1 + random.below(12)));
    }
  }

  #crash(house: SimulatedHouse): void {
    const { world } = this.#scene;
    house.crash();
    world.after(world.random.of([0, 5, 300]), () => {
      if (house.page === undefined) house.start();
    }, world.outside);
  }

  /** All tabs of a device have one clock. */
  #setClock(house: SimulatedHouse, ahead: number): void {
    for (const other of this.#scene.houses) if (other.origin === house.origin) other.setClock(ahead);
  }

  #restartAfter(stop: () => void): void {
    const { world, mirror } = this.#scene;
    stop();
    const again = (): void => {
      if (mirror.process === undefined) mirror.startBeside();
    };
    world.after(world.random.of([1, 50, 1_000]), again, world.outside);
    world.after(10_000, again, world.outside);
  }
}
