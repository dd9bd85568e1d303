import type { PlcData, PlcLog } from '../../identity/index.ts';
import { JobRefusal } from '../errors.ts';
import type { IdentityContext, KnownIdentity } from './known-identity.ts';

/** What a refusal says first. */
export const NOTHING = 'Nothing was changed.';

/** How many operations a directory takes of one DID, in so many milliseconds. */
const RATES = [[10, 3_600_000], [30, 86_400_000], [100, 604_800_000]] as const;

/**
 * The log of an identity that its house may add an operation to: the directory knows it as the house does, nobody else has changed
 * it, and the directory takes one more.
 * @throws JobRefusal NotRegistered, IdentityMoved, IdentityLimit
 */
export function changeableLog({ account, log, compared, missing }: KnownIdentity, { now }: IdentityContext): PlcLog & { readonly data: PlcData } {
  if (log?.data === undefined || account.operations.length > 0) {
    throw new JobRefusal('NotRegistered', `${NOTHING} The directory does not know this account as it is here: pair with a mirror first.`);
  }
  if (compared.foreign.length > 0 || missing.length > 0) {
    throw new JobRefusal('IdentityMoved', `${NOTHING} Something has happened to this identity that this house did not do: look at it first.`);
  }
  for (const [most, ms] of RATES) {
    if (log.entries.filter(({ createdAt }) => createdAt > now() - ms).length >= most) {
      throw limit(`The directory takes ${most} operations in ${ms / 3_600_000} hours, and has had them.`);
    }
  }
  return { ...log, data: log.data };
}

/** An operation that the directory would not take. */
export function limit(words: string): JobRefusal {
  return new JobRefusal('IdentityLimit', `${NOTHING} ${words}`);
}
