import { createP256Signer, generateP256Key, parseDid, sha256Ready, TidClock } from '../../protocol/index.ts';
import type { Signer } from '../../protocol/index.ts';
import {
  carStream, commitMessage, recordProof, RepoError, Repository, repositoryBlocks, verifyCommitMessage,
  verifyRecordProof, verifyRepository,
} from '../../repo/index.ts';
import type { CommitMessage, CommitResult, Write } from '../../repo/index.ts';
import { check, CheckError } from '../errors.ts';
import type { StepContext } from '../step.ts';
import { MemoryBlocks } from './memory-blocks.ts';
import { samplePath, sampleRecord } from './sample-records.ts';

const RECORDS = 2_000;
const PER_COMMIT = 200;
/** What every implementation makes of the sample records, whoever signs them and in however many commits. */
const KNOWN_ROOT = 'bafyreif37zn5kcokskza4klcccqhkdpxkxdpqabagdyhii3iz73aptx7eq';

/** An account that nobody has. */
const DID = parseDid('did:web:check.invalid');
const CHUNK_BYTES = 65_536;

/** What `build` leaves for the steps after it. */
interface House {
  readonly signer: Signer;
  readonly clock: TidClock;
  repository: Repository;
}

/**
 * The repository engine from end to end, in memory and with a key that is forgotten: one object for one run, whose
 * steps go on from one another in the order in which they stand here.
 */
export class EngineCheck {
  readonly #blocks = new MemoryBlocks();
  #house: House | undefined;
  #car = new Uint8Array(0);
  readonly #told: (message: CommitMessage) => unknown;

  /** @param told hears the `#commit` that is made, so that a test can have it checked by others */
  constructor(told: (message: CommitMessage) => unknown = () => undefined) {
    this.#told = told;
  }

  /** Writes and signs the sample records, a batch a commit. */
  async build({ progress }: StepContext): Promise<string> {
    await sha256Ready;
    const author = { signer: await createP256Signer(await generateP256Key(false)), clock: new TidClock() };
    this.#house = { ...author, repository: this.#take(await Repository.create(this.#blocks, DID, author)) };
    for (let from = 0; from < RECORDS; from += PER_COMMIT) {
      await progress(from, RECORDS);
      const writes = Array.from({ length: PER_COMMIT }, (_, i) => create(from + i));
      this.#house.repository = this.#take(await this.#house.repository.write(writes, author));
    }
    const root = this.#house.repository.tree.root.toString();
    check(root === KNOWN_ROOT, `the tree has another root here than everywhere else: ${root}`);
    return `${count(RECORDS)} records in ${RECORDS / PER_COMMIT} signed commits, the root as known`;
  }

  /** Creates, updates and deletes, and verifies the `#commit` that would go to the network. */
  async change(): Promise<string> {
    const house = this.#ready();
    const { rev, tree } = house.repository;
    const writes: Write[] = [
      create(RECORDS),
      { action: 'update', path: samplePath(RECORDS / 2), record: sampleRecord(RECORDS + 1) },
      { action: 'delete', path: samplePath(RECORDS / 4) },
    ];
    const result = await house.repository.write(writes, house);
    const message = commitMessage(result, new Date());
    await this.#told(message);
    const expected = { key: house.signer.publicKey, previous: { rev, data: tree.root } };
    const { newBlocks } = await verifyCommitMessage(message, expected);
    check(newBlocks.length === result.newBlocks.length, 'a change brings other blocks than were made for it');
    const silent = { ...message, ops: message.ops.slice(1) };
    await refused('a change that keeps one of its operations to itself', () => verifyCommitMessage(silent, expected));
    house.repository = this.#take(result);
    return `${writes.length} operations undone and done again; refused when one is kept back`;
  }

  /** Streams the repository out, as a download would. */
  async export({ progress, signal }: StepContext): Promise<string> {
    const { commit, tree } = this.#ready().repository;
    const reader = carStream(commit.cid, repositoryBlocks(this.#blocks, commit, tree.root, signal)).getReader();
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      chunks.push(step.value);
      bytes += step.value.length;
      await progress(bytes, this.#blocks.exportBytes);
    }
    this.#car = new Uint8Array(bytes);
    let at = 0;
    for (const chunk of chunks) {
      this.#car.set(chunk, at);
      at += chunk.length;
    }
    return `${kilobytes(bytes)} in ${chunks.length} chunks`;
  }

  /** Reads the export as a stranger would, who has nothing but the public key. */
  async verify(context: StepContext): Promise<string> {
    const { repository } = this.#ready();
    const verified = await this.#verify(this.#car, context);
    check(verified.commit.cid.equals(repository.commit.cid), 'the CAR file holds another commit than was signed');
    check(verified.records === RECORDS, `the CAR file holds ${verified.records} records instead of ${RECORDS}`);
    check(verified.unreachable === 0, 'the CAR file holds blocks that belong to nothing');
    return `${count(verified.records)} records, ${count(verified.nodes)} nodes, ${kilobytes(verified.bytes)}, verified`;
  }

  /** Proves a record that is there and one that is not, each by the few blocks on the way. */
  async prove(): Promise<string> {
    const { repository, signer } = this.#ready();
    const expected = { key: signer.publicKey, did: DID };
    const [present, absent] = [samplePath(RECORDS), samplePath(RECORDS / 4)];
    const proof = await recordProof(repository, this.#blocks, present);
    const cid = await repository.tree.get(present);
    const { record } = await verifyRecordProof(proof, present, expected);
    check(cid !== null && record?.cid.equals(cid) === true, 'a proof proves another record');
    const absence = await recordProof(repository, this.#blocks, absent);
    check((await verifyRecordProof(absence, absent, expected)).record === null, 'a deleted record is proved to be there');
    return `by ${kilobytes(proof.length)} and ${kilobytes(absence.length)} of the ${kilobytes(this.#car.length)}`;
  }

  /** Changes single bytes of the export, from its first to its last: each must be found out. */
  async tamper(context: StepContext): Promise<string> {
    const last = this.#car.length - 1;
    const places = [1, 40, 200, Math.floor(last / 2), last];
    for (const [index, place] of places.entries()) {
      await context.progress(index, places.length);
      const changed = this.#car.slice();
      changed[place]! ^= 1;
      const quiet = { signal: context.signal, progress: async (): Promise<void> => undefined };
      await refused(`a CAR file whose byte ${place} was changed`, () => this.#verify(changed, quiet));
    }
    return `in ${places.length} places, found out each time`;
  }

  #verify(car: Uint8Array, { progress, signal }: StepContext) {
    return verifyRepository(chunksOf(car, progress), { key: this.#ready().signer.publicKey, did: DID, signal });
  }

  #take(result: CommitResult): Repository {
    this.#blocks.take(result);
    return result.repository;
  }

  #ready(): House {
    check(this.#house !== undefined, 'there is no repository to go on with');
    return this.#house;
  }
}

function create(index: number): Write {
  return { action: 'create', path: samplePath(index), record: sampleRecord(index) };
}

async function* chunksOf(car: Uint8Array, progress: StepContext['progress']): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < car.length; at += CHUNK_BYTES) {
    await progress(at, car.length);
    yield car.subarray(at, at + CHUNK_BYTES);
  }
}

/** @throws CheckError unless the engine refuses it, by an error of its own */
async function refused(what: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (error instanceof RepoError) return;
    throw error;
  }
  throw new CheckError(`${what} was accepted`);
}

const count = (number: number): string => number.toLocaleString('en');

const kilobytes = (bytes: number): string =>
  bytes < 10_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${count(Math.round(bytes / 1000))} kB`;
