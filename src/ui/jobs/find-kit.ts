import { ask } from './ask.ts';

/** Sealed kits of an account, at the mirror that its identity names, or at a standby. */
export interface FoundKits {
  readonly did: string;
  readonly handle?: string;
  /** Address of the mirror. */
  readonly mirror: string;
  readonly copies: readonly FoundKit[];
}

/** One of them: a file that a passphrase opens, or a copy that a passkey opens. */
export interface FoundKit {
  readonly kind: 'passphrase' | 'passkey';
  readonly file: Uint8Array<ArrayBuffer>;
  /** When it came there, as the mirror says: an ISO datetime. */
  readonly storedAt: string;
  /** Of the passkey that is to be asked. */
  readonly id?: Uint8Array<ArrayBuffer>;
}

/** Looks for sealed kits at the mirror of an account that is not here, by its handle or DID, or at its standby. Nothing is changed. Rejects with `JobFailure`. */
export function findKit(given: { readonly name: string; readonly resolver: string; readonly standby?: string }): Promise<FoundKits> {
  return ask('find-kit', given);
}
