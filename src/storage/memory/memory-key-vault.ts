import type { Did } from '../../protocol/index.ts';
import type { KeyVault, VaultEntry } from '../../keys/index.ts';

/** Sealed things in memory. */
export class MemoryKeyVault implements KeyVault {
  readonly #entries = new Map<string, VaultEntry>();

  async get(did: Did, name: string): Promise<VaultEntry | undefined> {
    return this.#entries.get(`${did} ${name}`);
  }

  async put(did: Did, name: string, { bytes, ...key }: VaultEntry): Promise<void> {
    this.#entries.set(`${did} ${name}`, { bytes: bytes.slice(), ...key });
  }

  async remove(did: Did, name: string): Promise<void> {
    this.#entries.delete(`${did} ${name}`);
  }
}
