import type { Process, World } from '../world.ts';
import { Connection } from './connection.ts';
import { Database } from './database.ts';
import { OpenRequest } from './events.ts';
import { Faults } from './faults.ts';
import { compareKeys } from './keys.ts';
import type { Key } from './keys.ts';
import { Transaction } from './transaction.ts';

/** As IDBFactory: the databases of one origin, which outlive every process. */
export class Factory {
  readonly faults = new Faults();
  readonly #world: World;
  readonly #databases = new Map<string, Database>();
  /** Opened one after another, by name. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor(world: World) {
    this.#world = world;
  }

  open(name: string, version?: number): OpenRequest {
    const request = new OpenRequest(null, null);
    const process = this.#world.current;
    const before = this.#turns.get(name) ?? Promise.resolve();
    this.#turns.set(name, before.then(() => this.#open(request, name, version, process)));
    return request;
  }

  cmp(a: Key, b: Key): number {
    return Math.sign(compareKeys(a, b));
  }

  /** All that this process has open is lost to it. */
  lose(process: Process): void {
    for (const { connections } of this.#databases.values()) {
      for (const connection of [...connections]) if (connection.process === process) connection.lose();
    }
  }

  /** The process is no more. */
  orphan(process: Process): void {
    for (const database of this.#databases.values()) database.orphan(process);
  }

  /** The machine stops, after its processes. */
  powerFails(): void {
    for (const database of this.#databases.values()) database.powerFails();
  }

  async #open(request: OpenRequest, name: string, version: number | undefined, process: Process): Promise<void> {
    const { outside } = this.#world;
    await this.#world.sleep(this.#world.random.between(0.1, 3), outside);
    const database = this.#databases.get(name) ?? new Database(name, this.#world, this.faults);
    this.#databases.set(name, database);
    const wanted = version ?? Math.max(1, database.version);
    if (wanted < database.version) return this.#refuse(request, process, new DOMException('It is of a newer version.', 'VersionError'));
    if (wanted > database.version) {
      await this.#closeOthers(request, database, wanted, process);
      if (!process.isAlive) return;
      await this.#upgrade(request, database, wanted, process);
      return;
    }
    if (process.isAlive) this.#give(request, new Connection(database, process, wanted));
  }

  async #closeOthers(request: OpenRequest, database: Database, wanted: number, process: Process): Promise<void> {
    if (database.connections.size === 0) return;
    const change = { type: 'versionchange', oldVersion: database.version, newVersion: wanted };
    for (const connection of database.connections) this.#world.soon(connection.process, () => connection.isClosing || connection.emit(change));
    await this.#world.sleep(2, this.#world.outside);
    if (database.connections.size > 0) this.#world.soon(process, () => request.emit({ ...change, type: 'blocked' }));
    await database.closedByAll();
  }

  #upgrade(request: OpenRequest, database: Database, wanted: number, process: Process): Promise<void> {
    const connection = new Connection(database, process, wanted);
    const before = database.version;
    return new Promise((resolve) => {
      this.#world.after(0, () => undefined, process);
      let isBegun = false;
      this.#world.soon(process, () => {
        isBegun = true;
        database.version = wanted;
        const transaction = new Transaction(connection, [...database.tables.keys()], 'versionchange');
        connection.upgrade = transaction;
        transaction.onEnd = (isCommitted) => {
          connection.upgrade = undefined;
          if (isCommitted && process.isAlive) this.#give(request, connection);
          else {
            if (!isCommitted) database.version = before;
            connection.close();
            this.#refuse(request, process, new DOMException('The upgrade was aborted.', 'AbortError'));
          }
          resolve();
        };
        request.transaction = transaction;
        request.answer(connection);
        request.emit({ type: 'upgradeneeded', oldVersion: before, newVersion: wanted });
      });
      // Whoever wanted it may be gone before it begins.
      this.#world.soon(this.#world.outside, () => {
        if (isBegun) return;
        connection.close();
        resolve();
      }, 2, 3);
    });
  }

  #give(request: OpenRequest, connection: Connection): void {
    this.#world.soon(connection.process, () => {
      request.transaction = null;
      request.answer(connection);
      request.emit({ type: 'success' });
    });
  }

  #refuse(request: OpenRequest, process: Process, error: DOMException): void {
    this.#world.soon(process, () => {
      request.refuse(error);
      request.emit({ type: 'error' });
    });
  }
}
