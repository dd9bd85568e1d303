import { CidMap, CidSet, parseDidKey } from '../../protocol/index.ts';
import { repositoryBlocks, Tally, verifyRepository } from '../../repo/index.ts';
import type { Block, BlockReader, Commit } from '../../repo/index.ts';
import type { House } from '../house.ts';
import { MirrorError } from './mirror-error.ts';
import type { PairedAccount } from './paired.ts';
import { address } from './public-reads.ts';

/** A state of the account that another house of its owner has signed, as the mirror gave it, or that house. */
export interface ForeignCopy {
  readonly commit: Commit;
  /** Those of its blocks that the repository here does not have. */
  readonly blocks: CidMap<Uint8Array>;
  readonly tally: Tally;
}

const MS = 10 * 60 * 1000;

/**
 * Fetches the repository from the mirror, verifies it with the account's own key, and keeps what is new of it.
 * @param head what is here now
 * @throws MirrorError MirrorUnreachable; RepoError where it is not right, CommitSignature where somebody else has signed it
 */
export function fetchCopy(house: House, account: PairedAccount): Promise<ForeignCopy> {
  const { did, mirror: { url } } = account;
  return readCopy(house, account, () => carOf(house, address(url, 'com.atproto.sync.getRepo', { did })));
}

/**
 * Verifies a repository with the account's own key, and keeps what is new of it.
 * @throws what `car` throws; RepoError as `fetchCopy`
 */
export async function readCopy(
  house: House, { did, signingKey, head, mirror: { clockAheadMs = 0 } }: PairedAccount, car: () => Promise<ReadableStream<Uint8Array>>,
): Promise<ForeignCopy> {
  const here = await house.store.reading(did, (_account, reader) => cidsOf(reader, head));
  const blocks = new CidMap<Uint8Array>();
  const tally = new Tally();
  const { commit } = await verifyRepository(await car(), {
    did, key: parseDidKey(signingKey), now: house.now() - clockAheadMs, keepForeign: true,
    visitor: {
      record: (path, cid, bytes) => tally.add(path, cid, bytes),
      blocks: (found) => keep(found, here, blocks),
    },
  });
  return { commit, blocks, tally };
}

async function carOf({ fetch }: House, url: string): Promise<ReadableStream<Uint8Array>> {
  const unreachable = (cause?: unknown): MirrorError => new MirrorError('MirrorUnreachable', 'Your data here is safe. The mirror did not show what it holds.', { cause });
  const response = await fetch(url, {
    redirect: 'error', credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store', signal: AbortSignal.timeout(MS),
  }).catch((cause: unknown) => {
    throw unreachable(cause);
  });
  if (response.status !== 200 || response.body === null) throw unreachable();
  return response.body;
}

/** Everything that the head leads to. What else is stored may be gone at any moment. */
async function cidsOf(reader: BlockReader, { cid, data }: PairedAccount['head']): Promise<CidSet> {
  const cids = new CidSet();
  const [bytes] = await reader.read([cid]);
  for await (const run of repositoryBlocks(reader, { cid, bytes: bytes ?? new Uint8Array() }, data)) for (const block of run) cids.add(block.cid);
  return cids;
}

function keep(found: readonly Block[], here: CidSet, blocks: CidMap<Uint8Array>): void {
  for (const { cid, bytes } of found) if (!here.has(cid)) blocks.set(cid.detached(), bytes.slice());
}
