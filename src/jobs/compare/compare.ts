import { CidMap, isDid } from '../../protocol/index.ts';
import type { Cid, Did } from '../../protocol/index.ts';
import { blobsNamedIn, Repository, Tally } from '../../repo/index.ts';
import type { BlockReader, Entry } from '../../repo/index.ts';
import { backupIn } from '../backup-in.ts';
import type { OpenBackup } from '../backup/open-backup.ts';
import { JobRefusal } from '../errors.ts';
import { contentsOf, fileSource, readCopy } from '../file-contents.ts';
import type { FileContents } from '../file-contents.ts';
import type { JobContext } from '../job-context.ts';
import { piecesPlace } from '../save-place.ts';
import { ownKey } from './own-key.ts';

/** What is compared with an account of the house: a backup or a bare CAR of the same account. */
export interface CompareRequest {
  readonly did: string;
  readonly car: Blob;
  /** Of an encrypted backup, as it was typed. */
  readonly filePassphrase?: string;
}

/** A record of the file that the house has not, or has otherwise. */
export interface FoundChange {
  readonly path: string;
  /** CID of what the house has there now; left out where it has nothing. */
  readonly here?: string;
  /** Where its DAG-CBOR lies in `values`. */
  readonly at: number;
  readonly size: number;
  /** CIDs of blobs that it names, which the file has and the house has not. */
  readonly brings?: readonly string[];
  /** It names blobs that neither has. */
  readonly isLacking?: true;
}

/** How the records of one collection stand to those of the house. */
export interface ComparedCollection {
  readonly collection: string;
  readonly fresh: number;
  readonly differs: number;
  readonly same: number;
}

export interface CompareResult extends FileContents {
  /** Of a backup. */
  readonly createdAt?: string;
  /** CID of the commit of the house that it was compared with. */
  readonly houseHead: string;
  readonly compared: readonly ComparedCollection[];
  /** In the order of their paths. What is outside the data model is left out: nobody can write it again. */
  readonly changes: readonly FoundChange[];
  readonly values: Blob;
}

interface Met {
  readonly path: string;
  readonly cid: Cid;
  readonly bytes: Uint8Array | undefined;
}

/**
 * Reads a file to its end, verifies it strictly, and says in what its records differ from those of the house. Nothing is stored.
 * Of the records that differ the bytes go into a `Blob`, which the browser may keep on disk.
 * @throws JobRefusal AccountMissing; RepoError, BackupError, DirectoryError, StoreError; the reason of the signal
 */
export async function compare({ did, car, filePassphrase }: CompareRequest, context: JobContext): Promise<CompareResult> {
  const known = isDid(did) ? await context.store.account(did) : undefined;
  if (known === undefined) throw new JobRefusal('AccountMissing', 'There is no such account in this house.');
  const backup = await backupIn(car, filePassphrase);
  return context.store.reading(known.did, async (account, reader) => {
    const { tree } = await Repository.open(reader, account.head.cid);
    const comparison = new Comparison(tree.entries({ signal: context.signal }), reader);
    const tally = new Tally();
    const found = await readCopy(backup?.car ?? fileSource(car), {
      key: (commit) => ownKey(commit, account, context), did: account.did, tally, phase: 'reading',
      record: (path, cid, bytes) => comparison.meet(path, cid, bytes), blocks: () => comparison.catchUp(),
    }, context);
    backup?.checkCommit(found.commit);
    await backup?.verifyRest(tally, context);
    const { compared, changes, values } = await comparison.end(new Set(found.foreign.map(({ path }) => path)));
    return {
      ...contentsOf(found, tally), bytes: car.size, houseHead: account.head.cid.toString(), compared, values,
      changes: await withBlobs(changes, account.did, backup, context),
      ...(backup !== undefined && { createdAt: backup.manifest.createdAt }),
    };
  });
}

type Change = FoundChange & { readonly names: readonly Cid[] };

/** Walks the tree of the house beside the file: both are in the order of paths. */
class Comparison {
  readonly #own: AsyncGenerator<Entry>;
  readonly #reader: BlockReader;
  readonly #values = piecesPlace();
  readonly #kept = new CidMap<Pick<Change, 'at' | 'size' | 'names'>>();
  readonly #changes: Change[] = [];
  readonly #counts = new Map<string, { fresh: number; differs: number; same: number }>();
  #met: Met[] = [];
  #next: IteratorResult<Entry, unknown> | undefined;
  #size = 0;

  constructor(own: AsyncGenerator<Entry>, reader: BlockReader) {
    this.#own = own;
    this.#reader = reader;
  }

  /** A record as the verifier meets it; its bytes are the verifier's again afterwards. */
  meet(path: string, cid: Cid, bytes: Uint8Array | undefined): void {
    this.#met.push({ path, cid: cid.detached(), bytes: bytes?.slice() });
  }

  async catchUp(): Promise<void> {
    const met = this.#met;
    this.#met = [];
    for (const record of met) await this.#compare(record);
  }

  async end(foreign: ReadonlySet<string>): Promise<Pick<CompareResult, 'compared' | 'values'> & { readonly changes: readonly Change[] }> {
    await this.catchUp();
    for (const { path, here } of this.#changes) {
      if (foreign.has(path)) this.#count(path)[here === undefined ? 'fresh' : 'differs']--;
    }
    return {
      compared: [...this.#counts].map(([collection, counts]) => ({ collection, ...counts })),
      changes: this.#changes.filter(({ path }) => !foreign.has(path)),
      values: await this.#values.finish(),
    };
  }

  async #compare({ path, cid, bytes }: Met): Promise<void> {
    this.#next ??= await this.#own.next();
    while (this.#next.done !== true && this.#next.value.key < path) this.#next = await this.#own.next();
    const here = this.#next.done !== true && this.#next.value.key === path ? this.#next.value.value : undefined;
    const counts = this.#count(path);
    if (here?.equals(cid) === true) return void counts.same++;
    counts[here === undefined ? 'fresh' : 'differs']++;
    this.#changes.push({ path, ...(here !== undefined && { here: here.toString() }), ...await this.#keep(cid, bytes) });
  }

  /** One that an earlier path had comes without bytes: they were kept then, or the house has them. */
  async #keep(cid: Cid, given: Uint8Array | undefined): Promise<Pick<Change, 'at' | 'size' | 'names'>> {
    const before = this.#kept.get(cid);
    if (before !== undefined) return before;
    const bytes = given ?? (await this.#reader.read([cid]))[0];
    if (bytes === undefined) throw new TypeError('A record was met without its bytes');
    const kept = { at: this.#size, size: bytes.length, names: blobsNamedIn(bytes) };
    await this.#values.write(bytes);
    this.#size += bytes.length;
    this.#kept.set(cid, kept);
    return kept;
  }

  #count(path: string) {
    const collection = path.slice(0, path.indexOf('/'));
    const counts = this.#counts.get(collection) ?? { fresh: 0, differs: 0, same: 0 };
    this.#counts.set(collection, counts);
    return counts;
  }
}

/** Says of each blob that is not here whether the file has it. */
async function withBlobs(changes: readonly Change[], did: Did, backup: OpenBackup | undefined, { blobs, signal }: JobContext): Promise<FoundChange[]> {
  const found = new CidMap<'here' | 'there' | 'nowhere'>();
  for (const { names } of changes) {
    for (const cid of names) {
      if (found.get(cid) !== undefined) continue;
      signal.throwIfAborted();
      const isHere = await blobs.info(did, cid) !== undefined;
      found.set(cid, isHere ? 'here' : backup?.has(cid) === true ? 'there' : 'nowhere');
    }
  }
  return changes.map(({ names, ...change }) => {
    const brings = names.filter((cid) => found.get(cid) === 'there').map(String);
    const isLacking = names.some((cid) => found.get(cid) === 'nowhere');
    return { ...change, ...(brings.length > 0 && { brings }), ...(isLacking && { isLacking: true as const }) };
  });
}
