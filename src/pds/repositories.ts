import { isBlockOf, toJson } from '../protocol/index.ts';
import type { Cid, JsonMap } from '../protocol/index.ts';
import { Repository, RepoError } from '../repo/index.ts';
import type { BlockReader } from '../repo/index.ts';
import { accountToRead } from './accounts/find-account.ts';
import type { Host } from './host.ts';
import type { ServedAccount } from './ports/repository-store.ts';
import { recordValue } from './record-value.ts';

/** A repository as it was when reading began. */
export interface Reading {
  readonly account: ServedAccount;
  readonly reader: BlockReader;
  readonly repository: Repository;
}

/**
 * Reads a repository at one head, which stays readable until `work` ends, whatever is written meanwhile.
 * @throws XrpcError RepoNotFound, RepoTakendown, RepoSuspended, RepoDeactivated
 */
export async function readRepository<Result>(host: Host, repo: string, work: (reading: Reading) => Promise<Result>): Promise<Result> {
  const { did } = await accountToRead(host.store, repo);
  return host.store.reading(did, async (account, reader) => (
    work({ account, reader, repository: await Repository.open(reader, account.head.cid, host.nodes) })
  ));
}

/** Records in the JSON form. @throws RepoError BlockMissing, BlockHash */
export async function readRecords(reader: BlockReader, cids: readonly Cid[]): Promise<JsonMap[]> {
  const found = await reader.read(cids);
  return cids.map((cid, index) => {
    const bytes = found[index];
    const place = { block: cid.toString() };
    if (bytes === undefined) throw new RepoError('BlockMissing', 'A record is missing', place);
    if (!isBlockOf(cid, bytes)) throw new RepoError('BlockHash', 'A record is damaged', place);
    // A map, and bytes too are an object in JSON.
    return toJson(recordValue(bytes)) as JsonMap;
  });
}
