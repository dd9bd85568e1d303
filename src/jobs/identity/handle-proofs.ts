import type { Did, Handle } from '../../protocol/index.ts';
import { handleByDns, handleByFile } from '../../identity/index.ts';
import type { HandleProof } from '../../identity/index.ts';
import type { IdentityContext } from './known-identity.ts';

/** What the name servers say of a handle, and what the server at it says. */
export interface HandleProofs {
  readonly dns: HandleProof;
  readonly file: HandleProof;
  /** Whether it leads to the account. */
  readonly isProven: boolean;
}

/** Looks whether a handle leads to an account: one way is enough, if the other does not lead elsewhere. @throws the reason of the signal */
export async function handleProofs(handle: Handle, resolver: string, did: Did, { fetch, signal }: Pick<IdentityContext, 'fetch' | 'signal'>): Promise<HandleProofs> {
  const [dns, file] = await Promise.all([handleByDns(fetch, resolver, handle, signal), handleByFile(fetch, handle, signal)]);
  const leadsHere = (proof: HandleProof): boolean => proof.says === 'did' && proof.did === did;
  const both = [dns, file];
  const isProven = both.some(leadsHere) && both.every((proof) => leadsHere(proof) || proof.says === 'nothing' || proof.says === 'unreachable');
  return { dns, file, isProven };
}
