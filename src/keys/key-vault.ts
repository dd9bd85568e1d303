import type { Did } from '../protocol/index.ts';

/** Something that is sealed. It opens with `key`, which signs and reads nothing else and cannot be read, or with what is not here. */
export interface VaultEntry {
  readonly bytes: Uint8Array;
  readonly key?: CryptoKey;
}

/** The port behind which a house keeps sealed things of an account, one of a name. They go with the account. */
export interface KeyVault {
  get(did: Did, name: string): Promise<VaultEntry | undefined>;
  /** Takes the place of what had that name; durable when it resolves. */
  put(did: Did, name: string, entry: VaultEntry): Promise<void>;
  remove(did: Did, name: string): Promise<void>;
}
