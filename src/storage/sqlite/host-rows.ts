import type { Database } from './database.ts';

/** The table of host names that accounts live under. */
export class HostRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Gives its name to what has none as yet. */
  first(name: string): void {
    this.#database.run('UPDATE host SET name = ? WHERE id = 1 AND name IS NULL', name);
  }

  /** Of a name, which it has from then on. */
  idOf(name: string): number {
    this.#database.run('INSERT INTO host (name) VALUES (?) ON CONFLICT DO NOTHING', name);
    return this.#database.one<{ id: number }>('SELECT id FROM host WHERE name = ?', name)!.id;
  }

  /** The nameless one is left out. */
  all(): { readonly id: number; readonly name: string }[] {
    return this.#database.all('SELECT id, name FROM host WHERE name IS NOT NULL');
  }
}
