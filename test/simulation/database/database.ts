import type { Process, World } from '../world.ts';
import type { Connection } from './connection.ts';
import type { Faults } from './faults.ts';
import { Rows } from './rows.ts';
import type { Undo } from './rows.ts';
import type { Transaction } from './transaction.ts';

/** A database as the disk has it, and who works on it. */
export class Database {
  readonly name: string;
  readonly world: World;
  readonly faults: Faults;
  version = 0;
  readonly tables = new Map<string, Rows>();
  readonly connections = new Set<Connection>();
  /** Those that have not ended, in the order in which they were made. */
  readonly #transactions: Transaction[] = [];
  /** How to take back what the machine has not written to the disk. */
  #unflushed: Undo[] = [];
  #onClosed: (() => void)[] = [];

  constructor(name: string, world: World, faults: Faults) {
    [this.name, this.world, this.faults] = [name, world, faults];
  }

  make(name: string, upgrade: Transaction): Rows {
    const rows = new Rows(name);
    this.tables.set(name, rows);
    upgrade.changed(() => this.tables.delete(name));
    return rows;
  }

  enter(transaction: Transaction): void {
    this.#transactions.push(transaction);
    this.#startAll();
  }

  leave(transaction: Transaction): void {
    const at = this.#transactions.indexOf(transaction);
    if (at !== -1) this.#transactions.splice(at, 1);
    this.#startAll();
    if (transaction.db.isClosing) this.closeIfDone(transaction.db);
  }

  closeIfDone(connection: Connection): void {
    if (this.#transactions.some(({ db }) => db === connection)) return;
    this.connections.delete(connection);
    for (const closed of this.#onClosed.splice(0)) closed();
  }

  /** Resolves when nobody has it open. */
  async closedByAll(): Promise<void> {
    while (this.connections.size > 0) {
      await new Promise<void>((resolve) => {
        this.#onClosed.push(resolve);
      });
    }
  }

  /** Ends all transactions of a connection that is gone, in one of the ways there are. */
  end(connection: Connection, how: (transaction: Transaction) => void): void {
    for (const transaction of this.#transactions.filter(({ db }) => db === connection)) how(transaction);
    connection.isClosing = true;
    this.closeIfDone(connection);
  }

  /** A process is no more. */
  orphan(process: Process): void {
    for (const connection of [...this.connections]) {
      if (connection.process === process) this.end(connection, (transaction) => transaction.orphan());
    }
  }

  /** Committed, and not on the disk. */
  unflushed(undo: readonly Undo[]): void {
    this.#unflushed.push(...undo);
  }

  /** All that was committed is on the disk. */
  flush(): void {
    this.#unflushed = [];
  }

  /** The power fails, when all processes are gone. */
  powerFails(): void {
    for (const undo of this.#unflushed.splice(0).reverse()) undo();
  }

  #startAll(): void {
    this.#transactions.forEach((transaction, index) => {
      const isFree = this.#transactions.slice(0, index).every((earlier) => !earlier.collides(transaction));
      if (isFree) transaction.start();
    });
  }
}
