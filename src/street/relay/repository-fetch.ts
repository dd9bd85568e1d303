import { HoldfastError } from '../../protocol/index.ts';
import type { Did, PublicKey } from '../../protocol/index.ts';
import { verifyRepository } from '../../repo/index.ts';
import type { Commit } from '../../repo/index.ts';
import { Refusal } from './refusal.ts';

/** A repository may cost so much: 2 GB, 10 million blocks, two minutes. Its host's other events wait meanwhile. */
const LIMITS = { bytes: 2_000_000_000, blocks: 10_000_000, time: 120_000 };
/** Memory for blocks that come in another order than that of a walk. */
const WAITING = 64_000_000;

/**
 * Fetches a repository from its host and verifies all of it while it arrives. Nothing of it is kept but the commit.
 * @throws Refusal RepositoryUnavailable, or what is wrong with it by the code of RepoError
 */
export async function fetchRepository(origin: string, did: Did, key: PublicKey, signal: AbortSignal): Promise<Commit> {
  const url = `${origin}/xrpc/com.atproto.sync.getRepo?did=${encodeURIComponent(did)}`;
  let response: Response;
  try {
    response = await fetch(url, { redirect: 'error', signal, headers: { accept: 'application/vnd.ipld.car' } });
  } catch (cause) {
    throw new Refusal('RepositoryUnavailable', 'The host does not answer when asked for the repository.', { did }, cause);
  }
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Refusal('RepositoryUnavailable', 'The host does not serve the repository.', { did, status: response.status });
  }
  try {
    const { commit } = await verifyRepository(response.body, { key, did, limits: LIMITS, waiting: WAITING, signal });
    return commit;
  } catch (cause) {
    if (cause instanceof HoldfastError) throw new Refusal(cause.code, cause.message, { ...cause.details, did }, cause);
    throw new Refusal('RepositoryUnavailable', 'The repository broke off while it came.', { did }, cause);
  }
}
