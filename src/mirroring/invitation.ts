import type { Did } from '../protocol/index.ts';
import { MirrorStoreError } from './ports/mirror-store.ts';
import type { AccountTerms, Invitation } from './ports/lettings.ts';

const DAY_MS = 24 * 3_600_000;

/** Whether an invitation can be used, was, or no more can be. */
export function stateOf({ expiresAt = Infinity, used }: Pick<Invitation, 'expiresAt' | 'used'>, now: number): 'open' | 'used' | 'over' {
  return used !== undefined ? 'used' : expiresAt <= now ? 'over' : 'open';
}

/**
 * An invitation that an account may use now: nobody has used it, or this account has. For stores.
 * @throws MirrorStoreError InvitationInvalid
 */
export function usable(invitation: Invitation | undefined, did: Did, now: number): Invitation {
  const isUsable = invitation !== undefined && (stateOf(invitation, now) === 'open' || invitation.used?.by === did);
  if (!isUsable) throw new MirrorStoreError('InvitationInvalid', 'This invitation is none, was used, or is over');
  return invitation;
}

/** The terms that it gives to who uses it now. For stores. */
export function termsFrom({ terms, days }: Invitation, now: number): AccountTerms {
  return { ...terms, ...(days !== undefined && { until: now + days * DAY_MS }) };
}
