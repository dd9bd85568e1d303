import { resolveTxt } from 'node:dns/promises';
import { mainSchema as resolveHandle } from '@atcute/atproto/types/identity/resolveHandle';
import { handleByFile } from '../identity/index.ts';
import { HoldfastError, isDid } from '../protocol/index.ts';
import type { Did, Handle } from '../protocol/index.ts';
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
  const did = isLocal(origin) ? await byServer(origin, handle) : await byDns(handle) ?? await byFile(handle) ?? await byServer(origin, handle);
  if (did === undefined) throw new UsageError(`Nobody knows whose the name ${handle} is. Nothing was checked; name the DID instead.`);
  return { did, handle };
}

async function byDns(handle: Handle): Promise<Did | undefined> {
  const texts = await resolveTxt(`_atproto.${handle}`).catch(() => []);
  const dids = texts.map((parts) => parts.join('')).filter((text) => text.startsWith('did=')).map((text) => text.slice('did='.length));
  return dids.length === 1 && isDid(dids[0]!) ? dids[0] : undefined;
}

async function byFile(handle: Handle): Promise<Did | undefined> {
  const proof = await handleByFile(fetch, handle);
  return proof.says === 'did' ? proof.did : undefined;
}

async function byServer(origin: string, handle: Handle): Promise<Did | undefined> {
  try {
    const { did } = await new Host(origin).query(resolveHandle, { handle });
    return isDid(did) ? did : undefined;
  } catch (error) {
    if (error instanceof HoldfastError) return undefined;
    throw error;
  }
}
