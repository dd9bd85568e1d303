import { resolveTxt } from 'node:dns/promises';
import { handleByFile } from '../identity/index.ts';
import type { Handle } from '../protocol/index.ts';
import { must, NotSeen } from './check.ts';

/**
 * Where a name leads, by the name servers, else by the file at its domain: a DID, or what stands there instead of one.
 * @throws Finding where the name servers name more than one; NotSeen where nobody answers
 */
export async function didOfName(handle: Handle): Promise<string | undefined> {
  const texts = await resolveTxt(`_atproto.${handle}`).catch(() => []);
  const dids = texts.map((parts) => parts.join('')).filter((text) => text.startsWith('did='));
  must(dids.length <= 1, 'HandleMismatch', `The name servers name more than one DID for ${handle}`);
  if (dids[0] !== undefined) return dids[0].slice('did='.length);
  const proof = await handleByFile(fetch, handle);
  if (proof.says === 'unreachable') throw new NotSeen(`neither the name servers nor ${handle} answer`);
  return proof.says === 'did' ? proof.did : undefined;
}
