import { Factory } from './database/index.ts';
import { Locks } from './locks.ts';
import type { Process, World } from './world.ts';

/** What the tabs of one origin on one device share. */
export class Origin {
  readonly name: string;
  readonly databases: Factory;
  readonly locks: Locks;

  constructor(name: string, world: World) {
    this.name = name;
    this.databases = new Factory(world);
    this.locks = new Locks(world);
  }

  /** A process of it is no more. */
  orphan(process: Process): void {
    this.databases.orphan(process);
    this.locks.orphan(process);
  }
}
