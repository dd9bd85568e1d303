import { CidSet, HoldfastError, isRepoPath } from '../protocol/index.ts';
import type { Cid, PublicKey } from '../protocol/index.ts';
import type { Block } from './block.ts';
import { Budget, REPOSITORY_LIMITS } from './budget.ts';
import type { Limits } from './budget.ts';
import { CarDecoder } from './car-decoder.ts';
import { chunksOf } from './car.ts';
import type { ByteSource } from './car.ts';
import { checkCommit, checkUnsigned, readCommit } from './commit.ts';
import type { Commit, CommitExpectations } from './commit.ts';
import { RepoError } from './errors.ts';
import { checkLayer, topLayer } from './node-check.ts';
import { parseNode } from './node-codec.ts';
import { checkRecord } from './record-check.ts';
import { Spool } from './spool.ts';

/** Who takes what a repository is found to hold, while it is being read. */
export interface RepositoryVisitor {
  /** Verified blocks of the repository, some 256 KiB at a time, in the order of a walk. Reading waits for the promise. */
  blocks?(blocks: readonly Block[]): void | Promise<void>;
  /** A record at its path, in order of paths. `bytes` are left out where an earlier path had the same record. */
  record?(path: string, cid: Cid, bytes: Uint8Array | undefined): void;
}

/** How a repository is to be read. */
export interface RepositoryOptions extends Omit<CommitExpectations, 'key'> {
  /**
   * The signing key of the account, or who finds it for the commit that was met. One who finds none says so by
   * `undefined`: then form and tree are right, and whose signature it is remains open.
   */
  readonly key: PublicKey | ((commit: Commit) => Promise<PublicKey | undefined>);
  readonly visitor?: RepositoryVisitor;
  readonly limits?: Limits;
  /** Memory for blocks that wait for their place, when a CAR is not in the order of a walk; 512 MB by default. */
  readonly waiting?: number;
  /**
   * Keep records that old software wrote outside the data model, if hash and place are right, and list them. For
   * imports only; refused otherwise.
   */
  readonly keepForeign?: boolean;
  readonly signal?: AbortSignal;
}

/** A repository that was read from its commit to its last record, and is right. */
export interface VerifiedRepository {
  readonly commit: Commit;
  readonly nodes: number;
  readonly records: number;
  /** Bytes of its blocks, each counted once. */
  readonly bytes: number;
  /** Records kept though they are outside the data model. */
  readonly foreign: readonly { readonly path: string; readonly cid: Cid; readonly reason: string }[];
  /** Blocks of the CAR that no part of the repository leads to. They were given to nobody. */
  readonly unreachable: number;
}

/**
 * Verifies a CAR as a whole repository, as it arrives: commit and signature, every node's form and place, every record.
 * Blocks may come in any order; in the order of a walk, which our exports have, memory stays small.
 * @throws RepoError with the one reason, or the reason of `signal`
 */
export async function verifyRepository(source: ByteSource, options: RepositoryOptions): Promise<VerifiedRepository> {
  const budget = new Budget(options.limits ?? REPOSITORY_LIMITS, options.signal);
  const decoder = new CarDecoder(budget);
  const walk = new RepositoryWalk(options);
  for await (const chunk of chunksOf(source, budget)) {
    decoder.push(chunk);
    for (let block = decoder.next(); block !== undefined; block = decoder.next()) {
      if (walk.commit === undefined) await walk.begin(decoder.root!, block);
      else walk.take(block);
      if (walk.isFull) await walk.deliver();
    }
  }
  return walk.end(decoder.end());
}

/** A place in the tree whose block has not been met yet. */
type Place =
  | { readonly kind: 'node'; readonly cid: Cid; readonly layer: number | undefined }
  | { readonly kind: 'record'; readonly cid: Cid; readonly key: string };

const BATCH_BYTES = 262_144;

/** Walks the tree in the order of its keys as far as the blocks that have arrived allow. */
class RepositoryWalk {
  commit: Commit | undefined;
  readonly #options: RepositoryOptions;
  readonly #spool: Spool;
  readonly #stack: Place[] = [];
  readonly #nodes = new CidSet();
  /** The commit and the records that were met. */
  readonly #others = new CidSet();
  readonly #foreign: { path: string; cid: Cid; reason: string }[] = [];
  #batch: Block[] = [];
  #batchBytes = 0;
  #lastKey = '';
  #records = 0;
  #bytes = 0;

  constructor(options: RepositoryOptions) {
    this.#options = options;
    this.#spool = new Spool(options.waiting ?? 512_000_000);
  }

  get isFull(): boolean {
    return this.#batchBytes >= BATCH_BYTES;
  }

  /** Until the commit is there, nothing else can be placed. */
  async begin(root: Cid, block: Block): Promise<void> {
    if (!block.cid.equals(root)) return this.#spool.add(block);
    const commit = readCommit({ cid: root, bytes: block.bytes.slice() });
    await this.#checkCommit(commit);
    this.commit = commit;
    this.#others.add(commit.cid);
    this.#accept(commit);
    this.#stack.push({ kind: 'node', cid: commit.data, layer: undefined });
    this.#advance();
  }

  async #checkCommit(commit: Commit): Promise<void> {
    const { key, ...rest } = this.#options;
    const found = typeof key === 'function' ? await key(commit) : key;
    if (found === undefined) checkUnsigned(commit, rest);
    else await checkCommit(commit, { ...rest, key: found });
  }

  take(block: Block): void {
    const place = this.#stack.at(-1);
    if (place === undefined || !block.cid.equals(place.cid)) {
      if (!this.#isKnown(block.cid)) this.#spool.add(block);
      return;
    }
    this.#fill(place, block);
    this.#advance();
  }

  #isKnown(cid: Cid): boolean {
    return this.#others.has(cid) || this.#nodes.has(cid);
  }

  async deliver(): Promise<void> {
    const blocks = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    if (blocks.length > 0) await this.#options.visitor?.blocks?.(blocks);
  }

  async end(root: Cid): Promise<VerifiedRepository> {
    const { commit } = this;
    if (commit === undefined) throw new RepoError('BlockMissing', 'The commit is missing', { block: root.toString() });
    const place = this.#stack.at(-1);
    if (place !== undefined) {
      const key = place.kind === 'record' ? { key: place.key } : {};
      throw new RepoError('BlockMissing', `A ${place.kind} is missing`, { block: place.cid.toString(), ...key });
    }
    await this.deliver();
    return {
      commit, nodes: this.#nodes.size, records: this.#records, bytes: this.#bytes,
      foreign: this.#foreign, unreachable: this.#spool.size,
    };
  }

  /** Fills places from what came too early. */
  #advance(): void {
    for (let place = this.#stack.at(-1); place !== undefined; place = this.#stack.at(-1)) {
      const known = this.#isKnown(place.cid);
      const block = known ? undefined : this.#spool.take(place.cid);
      if (block !== undefined) this.#fill(place, block);
      else if (known) this.#repeat(place);
      else return;
    }
  }

  #fill(place: Place, block: Block): void {
    this.#stack.pop();
    if (place.kind === 'node') this.#node(place, block);
    else this.#record(place, block);
    this.#accept(block);
  }

  #node({ layer: expected }: Place & { kind: 'node' }, block: Block): void {
    const node = parseNode(block);
    const layer = expected ?? topLayer(node);
    checkLayer(node, layer, expected === undefined);
    this.#nodes.add(block.cid);
    for (let index = node.keys.length; index >= 0; index--) {
      const child = node.children[index]!;
      if (index < node.keys.length) this.#stack.push({ kind: 'record', cid: node.values[index]!, key: node.keys[index]! });
      if (child !== null) this.#stack.push({ kind: 'node', cid: child, layer: layer - 1 });
    }
  }

  #record({ key, cid }: Place & { kind: 'record' }, block: Block): void {
    this.#pass(key, cid);
    try {
      checkRecord(key, block);
    } catch (fault) {
      const keep = this.#options.keepForeign === true && fault instanceof HoldfastError && fault.code === 'RecordForm';
      if (!keep) throw fault;
      this.#foreign.push({ path: key, cid: cid.detached(), reason: fault.message });
    }
    this.#others.add(cid);
    this.#options.visitor?.record?.(key, cid, block.bytes);
  }

  /** A record that an earlier path had. Nothing else of a repository may be met twice. */
  #repeat(place: Place): void {
    const { kind, cid } = place;
    const isNode = this.#nodes.has(cid);
    if (kind === 'node') {
      if (isNode) throw new RepoError('TreeOrder', 'A tree leads to one node twice', { block: cid.toString() });
      throw new RepoError('NodeForm', 'A subtree is a record', { block: cid.toString() });
    }
    const { key } = place;
    if (isNode) throw new RepoError('RecordType', 'A record is a node of its own tree', { key, block: cid.toString() });
    this.#stack.pop();
    this.#pass(key, cid);
    this.#options.visitor?.record?.(key, cid, undefined);
  }

  /** Records are met in the order of their keys, whatever node they lie in. */
  #pass(key: string, cid: Cid): void {
    if (key <= this.#lastKey) throw new RepoError('TreeOrder', 'Keys of a tree do not ascend', { key, block: cid.toString() });
    if (!isRepoPath(key)) throw new RepoError('NodeKey', 'A key is not a collection and a record key', { key, block: cid.toString() });
    this.#lastKey = key;
    this.#records++;
  }

  #accept(block: Block): void {
    this.#bytes += block.bytes.length;
    if (this.#options.visitor?.blocks === undefined) return;
    this.#batch.push(block);
    this.#batchBytes += block.bytes.length + 64;
  }
}
