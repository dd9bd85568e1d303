import type { Account } from '../ports/account.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';

/**
 * Stops what the owner wants to be asked about again, unless they have just shown to hold kit or passkey.
 * @throws XrpcError ConfirmationNeeded
 */
export function requireConfirmed({ confirmedUntil }: Account, now: number): void {
  if (confirmedUntil === undefined || now < confirmedUntil) return;
  throw new XrpcError(403, 'ConfirmationNeeded', 'Nothing was changed. For this the recovery kit or the passkey is asked for again.');
}
