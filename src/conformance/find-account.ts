import { mainSchema as resolveHandle } from '@atcute/atproto/types/identity/resolveHandle';
import { HoldfastError, isDid } from '../protocol/index.ts';
import type { Did, Handle } from '../protocol/index.ts';
import { didOfName } from './did-of-name.ts';
import { Host, isLocal } from './host.ts';
import { UsageError } from './settings.ts';

/**
 * Whose a name is: by the name servers, by the file at its domain, or as the server itself says; the checks find out later
 * whether that is right.
 * @throws UsageError where nobody knows
 */
export async function findAccount(origin: string, account: Did | Handle): Promise<{ readonly did: Did; readonly handle?: Handle }> {
  if (isDid(account)) return { did: account };
  const handle = account as Handle;
  // On one machine names are no names of the DNS.
  const did = isLocal(origin) ? await byServer(origin, handle) : await didIn(didOfName(handle)) ?? await byServer(origin, handle);
  if (did === undefined) throw new UsageError(`Nobody knows whose the name ${handle} is. Nothing was checked; name the DID instead.`);
  return { did, handle };
}

function byServer(origin: string, handle: Handle): Promise<Did | undefined> {
  return didIn(new Host(origin).query(resolveHandle, { handle }).then(({ did }) => did));
}

async function didIn(answer: Promise<string | undefined>): Promise<Did | undefined> {
  try {
    const did = await answer;
    return did !== undefined && isDid(did) ? did : undefined;
  } catch (error) {
    if (error instanceof HoldfastError) return undefined;
    throw error;
  }
}
