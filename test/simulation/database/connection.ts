import type { Process } from '../world.ts';
import type { Database } from './database.ts';
import { Emitter } from './events.ts';
import { ObjectStore } from './object-store.ts';
import { Transaction } from './transaction.ts';
import type { Mode } from './transaction.ts';

/** As IDBDatabase: what one process has open. */
export class Connection extends Emitter {
  readonly database: Database;
  readonly process: Process;
  readonly version: number;
  isClosing = false;
  /** While the tables are made. */
  upgrade: Transaction | undefined;

  constructor(database: Database, process: Process, version: number) {
    super();
    [this.database, this.process, this.version] = [database, process, version];
    database.connections.add(this);
  }

  get name(): string {
    return this.database.name;
  }

  get objectStoreNames(): readonly string[] {
    return [...this.database.tables.keys()];
  }

  transaction(names: string | Iterable<string>, mode: Mode = 'readonly', { durability }: { readonly durability?: string } = {}): Transaction {
    if (this.isClosing || this.upgrade !== undefined) throw new DOMException('The database connection is closing.', 'InvalidStateError');
    const list = typeof names === 'string' ? [names] : [...names];
    if (list.length === 0) throw new DOMException('It names no table.', 'InvalidAccessError');
    for (const name of list) if (!this.database.tables.has(name)) throw new DOMException(`There is no table ${name}.`, 'NotFoundError');
    return new Transaction(this, list, mode, durability);
  }

  createObjectStore(name: string): ObjectStore {
    if (this.upgrade === undefined) throw new DOMException('Only an upgrade does so.', 'InvalidStateError');
    this.upgrade.checkActive();
    return new ObjectStore(this.upgrade, this.database.make(name, this.upgrade));
  }

  close(): void {
    this.isClosing = true;
    this.database.closeIfDone(this);
  }

  /** The browser takes it away. */
  lose(): void {
    if (this.isClosing) return;
    this.isClosing = true;
    this.database.end(this, (transaction) => transaction.lose());
    this.database.world.soon(this.process, () => this.emit({ type: 'close' }));
  }
}
