import { ask } from './ask.ts';
import { transferOf } from './keys.ts';
import type { KitOpening } from './keys.ts';

/** What came of a new kit: until when whoever holds the old one can undo it, and whether the directory has yet to be told. */
export interface RenewedKit {
  readonly did: string;
  readonly undoableUntil?: string;
  readonly isQueued: boolean;
}

/**
 * Gives an account new keys and a new kit under this passphrase. The old kit signs for it where it is at
 * hand. Rejects with `JobFailure`; then nothing was changed.
 */
export function renewKit(given: { readonly did: string; readonly passphrase: string; readonly old?: KitOpening }): Promise<RenewedKit> {
  return ask('new-kit', given, transferOf(given.old));
}
