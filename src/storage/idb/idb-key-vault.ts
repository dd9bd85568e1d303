import type { Did } from '../../protocol/index.ts';
import type { KeyVault, VaultEntry } from '../../keys/index.ts';
import { Connection } from './connection.ts';

/** Sealed things in the database of the house. Only the worker of long jobs opens it: nothing of it is in the way of a write. */
export class IdbKeyVault implements KeyVault {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** @throws StoreError StoreNewer, StoreClosed */
  static async open(name = 'holdfast'): Promise<IdbKeyVault> {
    const connection = new Connection(name);
    await connection.open();
    return new IdbKeyVault(connection);
  }

  get(did: Did, name: string): Promise<VaultEntry | undefined> {
    return this.#connection.read(['vault'], (transaction) => transaction.objectStore('vault').get([did, name]));
  }

  async put(did: Did, name: string, { bytes, ...key }: VaultEntry): Promise<void> {
    const entry = { bytes: bytes.slice(), ...key };
    await this.#connection.write(['vault'], (transaction) => transaction.objectStore('vault').put(entry, [did, name]));
  }

  async remove(did: Did, name: string): Promise<void> {
    await this.#connection.write(['vault'], (transaction) => transaction.objectStore('vault').delete([did, name]));
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
