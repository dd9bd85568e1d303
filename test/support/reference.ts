// The reference implementation, driven beside ours. It is the oracle of what is right, never of what is wrong.
import { P256Keypair } from '@atproto/crypto';
import { getFullRepo, MemoryBlockstore, Repo, WriteOpAction } from '@atproto/repo';
import type { BlockMap, CommitData, RecordWriteOp } from '@atproto/repo';
import { TidClock } from '../../src/protocol/index.ts';
import type { Tid } from '../../src/protocol/index.ts';
import type { Write } from '../../src/repo/index.ts';
import { DID } from './house.ts';

const keypair = await P256Keypair.import(new Uint8Array(32).fill(7));
export const didKey = keypair.did();

/** The same account in the reference implementation, signed with the same key. */
export class Reference {
  readonly storage: MemoryBlockstore;
  repo: Repo;

  private constructor(storage: MemoryBlockstore, repo: Repo) {
    this.storage = storage;
    this.repo = repo;
  }

  static async create(writes: readonly Write[]): Promise<{ readonly reference: Reference; readonly data: CommitData }> {
    const storage = new MemoryBlockstore();
    const data = await Repo.formatInitCommit(storage, DID, keypair, writes.map(operationOf) as never);
    return { reference: new Reference(storage, await Repo.createFromCommit(storage, data)), data };
  }

  async write(writes: readonly Write[]): Promise<CommitData> {
    const data = await this.repo.formatCommit(writes.map(operationOf), keypair);
    this.repo = await this.repo.applyCommit(data);
    return data;
  }

  async export(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of getFullRepo(this.storage, this.repo.cid)) chunks.push(chunk);
    return new Uint8Array(Buffer.concat(chunks));
  }
}

function operationOf(write: Write): RecordWriteOp {
  const [collection, rkey] = write.path.split('/') as [`${string}.${string}.${string}`, string];
  if (write.action === 'delete') return { action: WriteOpAction.Delete, collection, rkey } as RecordWriteOp;
  const action = write.action === 'create' ? WriteOpAction.Create : WriteOpAction.Update;
  return { action, collection, rkey, record: write.record } as unknown as RecordWriteOp;
}

/** A clock that gives the revs it is told: so that our commits can be the reference's, byte for byte. */
export class SetClock extends TidClock {
  rev: Tid | undefined;

  override next(after?: Tid): Tid {
    return this.rev ?? super.next(after);
  }
}

/** CID text → bytes. */
export function blocksOf(map: BlockMap): Map<string, Uint8Array> {
  return new Map(map.entries().map(({ cid, bytes }) => [cid.toString(), bytes]));
}
