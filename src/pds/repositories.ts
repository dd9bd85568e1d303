import { isBlockOf, isDid, toJson } from '../protocol/index.ts';
import type { JsonMap } from '../protocol/index.ts';
import { Repository, RepoError } from '../repo/index.ts';
import type { BlockReader, Entry } from '../repo/index.ts';
import { accountKnown, notHere, readable } from './accounts/find-account.ts';
import type { Host } from './host.ts';
import type { ServedAccount } from './ports/repository-store.ts';
import { StoreError } from './ports/store-error.ts';
import { recordValue } from './record-value.ts';
import type { Call } from './xrpc/method.ts';

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
  let isHere = false;
  try {
    return await host.store.reading(isDid(repo) ? repo : (await accountKnown(host.store, repo)).did, async (account, reader) => {
      isHere = true;
      const { head } = readable(account);
      return work({ account, reader, repository: await Repository.open(reader, head.cid, host.nodes) });
    });
  } catch (error) {
    throw !isHere && error instanceof StoreError && error.code === 'AccountMissing' ? notHere() : error;
  }
}

/**
 * `readRepository` for an answer, which says of which rev it is (`atproto-repo-rev`): who has just written knows whether they are told
 * of it.
 */
export function answerFrom<Result>({ host, answerHeaders }: Call<Host>, repo: string, work: (reading: Reading) => Promise<Result>): Promise<Result> {
  return readRepository(host, repo, (reading) => {
    answerHeaders.set('atproto-repo-rev', reading.account.head.rev);
    return work(reading);
  });
}

/**
 * Records in the JSON form, by the places that they have in the tree.
 * @param most bytes of all, but for one that is larger: the rest of the records is left out
 * @throws RepoError BlockMissing, BlockHash
 */
export async function readRecords(reader: BlockReader, entries: readonly Entry[], most = Infinity): Promise<JsonMap[]> {
  const cids = entries.map(({ value }) => value);
  const found = await (reader.view?.(cids) ?? reader.read(cids)).catch((error: unknown) => {
    // The store knows the block, and the tree its name.
    const { key } = entries.find(({ value }) => error instanceof StoreError && error.details['block'] === value.toString()) ?? {};
    throw key === undefined ? error : new RepoError('BlockHash', 'A record is damaged', { key });
  });
  let bytes = 0;
  const end = found.findIndex((each) => (bytes += each?.length ?? 0) > most);
  return entries.slice(0, end === -1 ? entries.length : Math.max(1, end)).map(({ key, value: cid }, index) => {
    const bytes = found[index];
    const place = { key, block: cid.toString() };
    if (bytes === undefined) throw new RepoError('BlockMissing', 'A record is missing', place);
    if (!isBlockOf(cid, bytes)) throw new RepoError('BlockHash', 'A record is damaged', place);
    // A map, and bytes too are an object in JSON.
    return toJson(recordValue(bytes)) as JsonMap;
  });
}
