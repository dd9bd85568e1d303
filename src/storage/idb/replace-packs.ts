import { CidSet } from '../../protocol/index.ts';
import { repositoryBlocks } from '../../repo/index.ts';
import type { BlockReader } from '../../repo/index.ts';
import type { CompactionOptions } from '../../pds/index.ts';
import { accountRow, readAccountRow } from './account-row.ts';
import type { Manifest, StoredAccount } from './account-row.ts';
import { sameSets } from './block-source.ts';
import type { Connection } from './connection.ts';
import { hold, lockName } from './locks.ts';
import { PackBuilder } from './pack-builder.ts';
import { damaged } from './store-fault.ts';

/** Builds a pack under its lock; discarded when `work` fails or says that it was not listed. */
export async function buildingPack(connection: Connection, did: string, work: (builder: PackBuilder) => Promise<boolean>): Promise<boolean> {
  const builder = new PackBuilder(connection, did);
  const release = await hold(lockName.pack(did, builder.id));
  try {
    const isListed = await work(builder);
    if (!isListed) await builder.discard();
    return isListed;
  } catch (error) {
    await builder.discard().catch(() => undefined);
    throw error;
  } finally {
    release();
  }
}

/**
 * Lists new packs for what the account had at `seen`, and drops the rows of the tail that it had then; rows of commits
 * since stay. False when packs or tail were replaced meanwhile.
 */
export function replacePacks(
  connection: Connection, did: string, seen: Manifest, change: (now: Manifest) => Pick<Manifest, 'packs' | 'deadBytes'>,
): Promise<boolean> {
  return connection.write(['accounts', 'tail'], async (transaction, again) => {
    const row = await transaction.objectStore('accounts').get(did);
    if (row === undefined) return false;
    const { account, manifest: now } = readAccountRow(row, did);
    const listed = change(now);
    if (again && sameSets(now.packs, listed.packs)) return true;
    if (now.id !== seen.id || now.from !== seen.from || !sameSets(now.packs, seen.packs)) return false;
    const manifest = { ...now, ...listed, from: seen.next, tailBytes: now.tailBytes - seen.tailBytes };
    await Promise.all([
      transaction.objectStore('accounts').put(accountRow({ account, manifest }), did),
      transaction.objectStore('tail').delete(IDBKeyRange.bound([did], [did, seen.next], false, true)),
    ]);
    return true;
  });
}

/**
 * Everything that the head leads to, in the order of a walk, becomes the one pack of the account. False when packs or tail
 * were replaced meanwhile.
 * @param reader of the account as it was at `seen`
 * @throws RepoError, StoreError StoreDamaged where it cannot be read whole: then nothing was changed
 */
export async function compactPacks(
  connection: Connection, { account: { did, head }, manifest }: StoredAccount, reader: BlockReader, { progress, signal }: CompactionOptions = {},
): Promise<boolean> {
  const [bytes] = await reader.read([head.cid]);
  if (bytes === undefined) throw damaged('The repository', { did, block: head.cid.toString() });
  return buildingPack(connection, did, async (builder) => {
    const seen = new CidSet();
    for await (const run of repositoryBlocks(reader, { cid: head.cid, bytes }, head.data, signal)) {
      await builder.add(run.filter(({ cid }) => seen.add(cid)));
      progress?.(seen.size);
    }
    const set = await builder.finish();
    return replacePacks(connection, did, manifest, (now) => ({ packs: [set], deadBytes: now.deadBytes - manifest.deadBytes }));
  });
}
