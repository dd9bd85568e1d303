import { ask } from './ask.ts';

/** What came of an account of which only the kit was left. */
export interface BegunAgain {
  readonly did: string;
  readonly handle?: string;
  /** The rev of the latest state that is known to have been, and is lost. */
  readonly lost?: string;
  /** The mirror that the identity names, and that answers. */
  readonly mirror?: string;
}

/**
 * Saves the identity of an account by its kit: it begins again without a record, under a new kit that `newPassphrase` seals. A mirror
 * that has a copy is an error, `CopyExists`, unless the owner is sure. Rejects with `JobFailure`; then nothing was changed.
 */
export function beginAgain(given: { readonly kit: Blob; readonly passphrase: string; readonly newPassphrase: string; readonly isSure: boolean }): Promise<BegunAgain> {
  return ask('begin-again', given);
}
