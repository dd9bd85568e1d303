import { lexicons } from '../../protocol/index.ts';
import type { Cid, Did } from '../../protocol/index.ts';
import { carStream, repositoryBlocks } from '../../repo/index.ts';
import type { House } from '../house.ts';
import type { Head } from '../ports/account.ts';
import { MirrorError } from './mirror-error.ts';
import type { MirrorClient } from './mirror-client.ts';

/** What a mirror holds after a repository was sent. */
export interface SentRepository {
  readonly head: Head;
  /** Of an account that is active there, as it came. */
  readonly receipt?: lexicons.AppHoldfastMirrorDefs.Receipt;
}

/**
 * Sends the whole repository as it is now; what is written meanwhile is not in it.
 * @param replaces what the mirror holds: if it holds something else by then, it refuses
 * @throws MirrorError MirrorUnreachable, MirrorRefused (`StaleRev`, `StaleHead`, `FutureRev`, `RepoTooLarge`); RepoError where a block is missing
 */
export async function sendRepository({ store }: Pick<House, 'store'>, did: Did, client: MirrorClient, replaces?: Cid): Promise<SentRepository> {
  return store.reading(did, async ({ head }, reader) => {
    const [commit] = await reader.read([head.cid]);
    const blocks = repositoryBlocks(reader, { cid: head.cid, bytes: commit ?? new Uint8Array() }, head.data);
    // Browsers send no streams, but keep a large blob on disk.
    const body = await new Response(carStream(head.cid, blocks) as ReadableStream<Uint8Array<ArrayBuffer>>).blob();
    const answer = await client.call(lexicons.AppHoldfastMirrorPutRepo.mainSchema, {
      params: replaces === undefined ? {} : { replaces: replaces.toString() }, body, contentType: 'application/vnd.ipld.car',
    });
    if (answer.head.commit !== head.cid.toString()) {
      throw new MirrorError('MirrorRefused', 'Your data here is safe. The mirror says that it holds something else than it was sent.', { reason: 'InvalidAnswer' });
    }
    return { head, ...(answer.receipt !== undefined && { receipt: answer.receipt }) };
  });
}
