import { HoldfastError } from '../protocol/index.ts';

/** What can be wrong with a key, a passphrase or a kit. */
export type KeysFault =
  /** Nothing in the file opens with this passphrase. */
  | 'KitPassphrase'
  /** Not a kit, or one that was changed or cut short; `details.reason` says where. */
  | 'KitDamaged'
  | 'KitTooLarge'
  /** A kit of a later Holdfast. */
  | 'KitVersion'
  /** To try a passphrase would take more time and memory than a kit may ask for. */
  | 'KitWorkFactor'
  /** What was written down or typed cannot be a passphrase of ours; `details.reason` says why. */
  | 'PassphraseMistyped'
  /** 32 bytes that are no private key. */
  | 'KeyInvalid'
  /** A private key that does not belong to the public key beside it. */
  | 'KeyMismatch'
  /** A secret that was used after it was wiped. */
  | 'SecretWiped';

const MESSAGES: Readonly<Record<KeysFault, string>> = {
  KitPassphrase: 'This passphrase does not open this kit, or the beginning of the file was changed',
  KitDamaged: 'This is not a recovery kit, or it was changed or cut short',
  KitTooLarge: 'This file is larger than any recovery kit',
  KitVersion: 'This recovery kit was made by a later version of Holdfast',
  KitWorkFactor: 'This file asks for more work than a recovery kit may',
  PassphraseMistyped: 'This is not a passphrase as Holdfast writes it; one of its characters is wrong',
  KeyInvalid: 'Not a private key',
  KeyMismatch: 'The private key does not belong to its public key',
  SecretWiped: 'The secret was wiped before it was used',
};

/**
 * Every refusal of this room. It never has a cause: what a library says of bytes that it could not read may hold them.
 */
export class KeysError extends HoldfastError<KeysFault> {
  constructor(code: KeysFault, details: Readonly<Record<string, string | number>> = {}) {
    const { reason } = details;
    super(code, reason === undefined ? MESSAGES[code] : `${MESSAGES[code]} (${reason})`, details);
  }
}
