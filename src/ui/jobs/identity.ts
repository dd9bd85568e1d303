import { ask } from './ask.ts';
import type { IdentityReport } from './identity-types.ts';

export type { IdentityChange, IdentityEntry, IdentityReport, IdentityState, KeyHolder } from './identity-types.ts';

/** Has the log of an account fetched and verified. Rejects with `JobFailure`. */
export function readIdentity(did: string): Promise<IdentityReport> {
  return ask('identity', { did });
}
