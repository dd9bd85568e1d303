import { formatDidKey } from '../../protocol/index.ts';
import { KeysError, openKit, parsePassphrase, wipeKit } from '../../keys/index.ts';
import type { Kit, KeysFault, Passphrase } from '../../keys/index.ts';
import type { Account } from '../ports/account.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';

/**
 * A passphrase that must be one of ours.
 * @throws XrpcError KitPassphrase
 */
export function ourPassphrase(text: string): Passphrase {
  try {
    return parsePassphrase(text);
  } catch (error) {
    throw kitRefusal(error);
  }
}

/** A passphrase as it opens a kit: one of ours in its one form; any other as it is, for a kit that `age` sealed again. */
export function passphraseText(typed: string): string {
  try {
    return parsePassphrase(typed);
  } catch {
    return typed;
  }
}

/**
 * Opens a kit. Whoever gets it wipes it.
 * @throws XrpcError KitPassphrase, KitDamaged
 */
export async function kitOf(file: Uint8Array, passphrase: string): Promise<Kit> {
  try {
    return await openKit(file, passphrase);
  } catch (error) {
    throw kitRefusal(error);
  }
}

/**
 * Opens the file to see whether it is a kit of this account with its present keys. The keys are wiped at once.
 * @throws XrpcError KitPassphrase, KitDamaged, KitOfAnother
 */
export async function checkKit(file: Uint8Array, passphrase: string, account: Account): Promise<void> {
  wipeKit(await presentKit(file, passphrase, account));
}

/**
 * Opens a kit of this account with its present keys. Whoever gets it wipes it.
 * @throws XrpcError KitPassphrase, KitDamaged, KitOfAnother
 */
export async function presentKit(file: Uint8Array, passphrase: string, account: Account): Promise<Kit> {
  const kit = await kitOf(file, passphrase);
  try {
    refuseOthers(kit, account);
    return kit;
  } catch (error) {
    wipeKit(kit);
    throw error;
  }
}

function refuseOthers({ did, signing, recovery }: Kit, account: Account): void {
  if (did !== account.did) {
    throw new XrpcError(400, 'KitOfAnother', 'This kit opens, but it belongs to another account. Nothing was changed.');
  }
  if (formatDidKey(signing.publicKey) !== account.signingKey || formatDidKey(recovery.publicKey) !== account.rotationKeys[0]) {
    throw new XrpcError(400, 'KitOfAnother', 'This kit is of this account, but holds keys that it no longer has. Nothing was changed.');
  }
}

const MESSAGES: Partial<Record<KeysFault, string>> = {
  KitPassphrase: 'The kit did not open with this passphrase. Your data is safe; compare it with what you wrote down, and try again.',
  PassphraseMistyped: 'One of the characters is not what was written down. Your data is safe; look at the passphrase again.',
  KitWorkFactor: 'This file asks for more work than a recovery kit may. Your data is safe.',
  KitVersion: 'This kit was made by a later version of Holdfast. Your data is safe.',
};
const DAMAGED = 'This file is no recovery kit, or it was changed or cut short. Your data is safe; please try another copy.';
const PASSPHRASE_FAULTS: readonly KeysFault[] = ['KitPassphrase', 'PassphraseMistyped'];

function kitRefusal(error: unknown): unknown {
  if (!(error instanceof KeysError)) return error;
  const name = PASSPHRASE_FAULTS.includes(error.code) ? 'KitPassphrase' : 'KitDamaged';
  return new XrpcError(400, name, MESSAGES[error.code] ?? DAMAGED);
}

/** The house has let the file go: the owner holds it. */
export function kitNotKept(): XrpcError {
  return new XrpcError(400, 'KitNotKept', 'The house no longer keeps this kit, since you have shown that you hold it. Please give your own copy.');
}
