import { mainSchema as latestCommit } from '@atcute/atproto/types/sync/getLatestCommit';
import { CidMap, HoldfastError, parseCid } from '../protocol/index.ts';
import type { Cid, Did, PublicKey } from '../protocol/index.ts';
import { blobsNamedIn, readCommit, RepoError, verifyRepository } from '../repo/index.ts';
import type { Commit } from '../repo/index.ts';
import { Finding, mustNotBeBusy, NotSeen, shown } from './check.ts';
import { pathOf } from './host.ts';
import { looseBlocks } from './loose-car.ts';
import type { Host } from './host.ts';

/** So long a repository may take. */
export const SNAPSHOT_MS = 120_000;
/** What it may cost; as its blocks may come in any order, all of it may have to wait for its place. */
const LIMITS = { bytes: 500_000_000, blocks: 5_000_000, time: SNAPSHOT_MS, waiting: 512_000_000 };
export type SnapshotLimits = typeof LIMITS;
/** So much of it is remembered. */
const MOST_PATHS = 100_000;
const MOST_SAMPLES = 60;
const SAMPLES_OF_COLLECTION = 12;
const MOST_BLOBS = 10_000;

/** A whole repository, as its server gave it and our verifier found it right: what other answers are compared with. */
export interface Snapshot {
  readonly commit: Commit;
  /** CIDs by path, in the order of paths; not all of a large repository. */
  readonly records: ReadonlyMap<string, Cid>;
  /** Whether `records` and `blobs` are all there are. */
  readonly isWhole: boolean;
  readonly collections: ReadonlyMap<string, number>;
  /** Some records with their blocks, by path. */
  readonly samples: ReadonlyMap<string, Uint8Array>;
  /** Blobs that records name. */
  readonly blobs: CidMap<true>;
  readonly count: number;
  /** Blocks of the CAR that nothing leads to. */
  readonly unreachable: number;
  readonly headers: Headers;
}

/** @throws Finding, RepoError, NotSeen */
export async function takeSnapshot(host: Host, did: Did, key: PublicKey, more: Partial<SnapshotLimits> = {}): Promise<Snapshot> {
  const { waiting, ...limits } = { ...LIMITS, ...more };
  const { body, headers } = await openRepo(host, did);
  const records = new Map<string, Cid>();
  const samples = new Map<string, Uint8Array>();
  const collections = new Map<string, number>();
  const blobs = new CidMap<true>();
  let isWhole = true;
  const record = (path: string, cid: Cid, bytes: Uint8Array | undefined): void => {
    const collection = path.slice(0, path.indexOf('/'));
    const before = collections.get(collection) ?? 0;
    collections.set(collection, before + 1);
    if (records.size < MOST_PATHS) records.set(path, cid.detached());
    else isWhole = false;
    if (bytes === undefined) return;
    if (before < SAMPLES_OF_COLLECTION && samples.size < MOST_SAMPLES) samples.set(path, bytes.slice());
    if (blobs.size >= MOST_BLOBS) isWhole = false;
    else for (const blob of blobsNamedIn(bytes)) blobs.set(blob, true);
  };
  const { commit, records: count, unreachable } = await verifyRepository(body, {
    key, did, limits, waiting, visitor: { record },
  }).catch((error: unknown) => {
    if (error instanceof RepoError && error.code === 'BudgetExceeded') throw new NotSeen('the repository is too much to read');
    if (error instanceof HoldfastError) throw error;
    throw new Finding('NoAnswer', 'The repository broke off while it came', {}, error);
  });
  return {
    commit: { ...commit, bytes: commit.bytes.slice() }, records, isWhole, collections, samples, blobs, count, unreachable, headers,
  };
}

async function openRepo(host: Host, did: Did): Promise<{ readonly body: AsyncIterable<Uint8Array>; readonly headers: Headers }> {
  let response: Response;
  try {
    const url = `${host.origin}${pathOf('com.atproto.sync.getRepo', { did })}`;
    response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(SNAPSHOT_MS), headers: { accept: 'application/vnd.ipld.car' } });
  } catch (cause) {
    throw new Finding('NoAnswer', 'getRepo: there was no answer', {}, cause);
  }
  mustNotBeBusy(response.status);
  if (response.status !== 200 || response.body === null) {
    const text = await response.body?.getReader().read().catch(() => undefined);
    throw new Finding('Status', `getRepo answered ${response.status} where 200 was due: ${shown(new TextDecoder().decode(text?.value))}`);
  }
  return { body: response.body as unknown as AsyncIterable<Uint8Array>, headers: response.headers };
}

/**
 * Compares something with the repository. While the account is being written to, what differs may be newer: then it is
 * compared anew with what the repository is by now.
 * @throws what `compare` throws; NotSeen where the repository never stood still
 */
export async function steady(
  { host, did, snapshot }: { readonly host: Host; readonly did: Did; readonly snapshot: (anew?: boolean) => Promise<Snapshot> },
  compare: (snapshot: Snapshot) => Promise<string>,
): Promise<string> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const taken = await snapshot(attempt > 0);
    try {
      return await compare(taken);
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code === 'NotSeen' || !await hasMoved(host, did, taken)) throw error;
    }
  }
  throw new NotSeen('the account is being written to all the time');
}

/** Whether there are newer commits, by the firmest that a server says: the commit itself. @throws NotSeen */
async function hasMoved(host: Host, did: Did, { commit }: Snapshot): Promise<boolean> {
  try {
    const { cid } = await host.query(latestCommit, { did });
    if (cid === commit.cid.toString()) return false;
    const answer = await host.get('com.atproto.sync.getBlocks', { did, cids: [cid] });
    const wanted = parseCid(cid);
    const block = looseBlocks(answer.bytes, wanted).find((each) => each.cid.equals(wanted));
    // A server that names a commit has it, and only then the repository has moved.
    return block !== undefined && readCommit(block).rev > commit.rev;
  } catch (error) {
    if (error instanceof NotSeen) throw error;
    return false;
  }
}
