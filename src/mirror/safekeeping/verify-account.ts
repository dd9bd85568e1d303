import { createHash } from 'node:crypto';
import type { CopyAccount, CopyHead } from '../../mirroring/index.ts';
import { parseDidKey } from '../../protocol/index.ts';
import type { Cid, Did } from '../../protocol/index.ts';
import { carStream, REPOSITORY_LIMITS, RepoError, repositoryBlocks, Tally, verifyRepository } from '../../repo/index.ts';
import type { MirrorInspection } from '../../storage/sqlite/index.ts';
import { reasonOf } from '../log.ts';
import { Faults } from './faults.ts';
import type { Fault } from './faults.ts';

/** What is there was taken in within limits; that it is much is no fault. */
const LIMITS = { bytes: Number.MAX_SAFE_INTEGER, blocks: REPOSITORY_LIMITS.blocks * 100, time: Number.MAX_SAFE_INTEGER };
/** Who writes a blob anew does so once. */
const TRIES = 3;

/**
 * Looks at all that a mirror keeps of an account: its repository from the commit to the last record, the signature, what is
 * counted of it, which blobs its records name, and every byte of its blobs.
 */
export async function verifyAccount(inspection: MirrorInspection, did: Did, onBlob: () => void): Promise<readonly Fault[]> {
  const faults = new Faults(did);
  await inspection.atOneMoment(async () => {
    const account = inspection.account(did);
    if (account === undefined || account.status === 'deleted') return;
    if (account.head === undefined) {
      if (account.status === 'active') faults.add('it is active and has no head');
      return;
    }
    compareSums(inspection, account, account.head, faults);
    const tally = await faults.during('its repository is damaged', () => readRepository(inspection, account, account.head!));
    if (tally !== undefined) compare(inspection, account, tally, faults);
  });
  await verifyBlobs(inspection, did, faults, onBlob);
  return faults.list();
}

async function readRepository(inspection: MirrorInspection, { did, signingKey }: CopyAccount, { cid, rev, data }: CopyHead): Promise<Read> {
  if (signingKey === undefined) throw new RepoError('CommitSignature', 'No key is stored that signs for it');
  const blocks = inspection.blocks(did);
  const [bytes] = await blocks.read([cid]);
  if (bytes === undefined) throw new RepoError('BlockMissing', 'The commit that is its head is not there', { block: cid.toString() });
  const tally = new Tally();
  const named = new Map<string, readonly Cid[]>();
  const takeBlobs = (): void => tally.takeBlobs().forEach((cids, path) => named.set(path, cids));
  const { commit } = await verifyRepository(carStream(cid, repositoryBlocks(blocks, { cid, bytes }, data)), {
    did, key: parseDidKey(signingKey), now: Date.now(), keepForeign: true, limits: LIMITS,
    visitor: { record: (path, record, block) => tally.add(path, record, block), blocks: takeBlobs },
  });
  takeBlobs();
  if (commit.rev !== rev || !commit.data.equals(data)) throw new RepoError('MessageMismatch', 'Its head says something else than the commit', { rev });
  return { tally, named };
}

interface Read {
  readonly tally: Tally;
  readonly named: ReadonlyMap<string, readonly Cid[]>;
}

/** What the database says of the account beside its repository. */
function compareSums(inspection: MirrorInspection, { did, bytes: counted }: CopyAccount, head: CopyHead, faults: Faults): void {
  const { bytes, misdated } = inspection.sums(did, head);
  if (bytes !== counted) faults.add(`${counted} bytes of its repository are counted, and ${bytes} are there`);
  if (misdated > 0) faults.add(`${misdated} blocks are noted as having come when they cannot have`);
}

/** What the database says of the repository beside its blocks. */
function compare(inspection: MirrorInspection, { did, collections }: CopyAccount, { tally, named }: Read, faults: Faults): void {
  for (const name of new Set([...collections.keys(), ...tally.collections.keys()])) {
    const [counted, found] = [collections.get(name) ?? 0, tally.collections.get(name)?.records ?? 0];
    if (counted !== found) faults.add(`${counted} records of ${name} are counted, and ${found} are there`);
  }
  const found = new Set([...named].flatMap(([path, cids]) => cids.map((cid) => `${path} ${cid.toString()}`)));
  for (const { path, cid } of inspection.references(did)) {
    if (!found.delete(`${path} ${cid}`)) faults.add(`blob ${cid} is held for the record ${path}, which does not name it`);
  }
  for (const each of found) faults.add(`it is not noted which blob this record names: ${each}`);
}

async function verifyBlobs(inspection: MirrorInspection, did: Did, faults: Faults, onBlob: () => void): Promise<void> {
  for (const { cid, size } of inspection.blobs(did)) {
    const wrong = await faultOf(inspection, cid, size);
    if (wrong !== undefined) faults.add(`blob ${cid.toString()} ${wrong}`);
    onBlob();
  }
}

/** A file that goes, or is written anew, while it is looked at is no fault: then it is looked at again. */
async function faultOf(inspection: MirrorInspection, cid: Cid, size: number): Promise<string | undefined> {
  let wrong: string | undefined;
  for (let tries = 0; tries < TRIES; tries++) {
    wrong = await lookAt(inspection, cid, size).catch((error: unknown) => `cannot be read: ${reasonOf(error)}`);
    if (wrong === undefined || !inspection.isKept(cid.toString())) return undefined;
  }
  return wrong;
}

async function lookAt(inspection: MirrorInspection, cid: Cid, size: number): Promise<string | undefined> {
  const file = await inspection.blobFile(cid.toString());
  if (file === undefined) return 'has no file';
  if (file.size !== size) return `has ${file.size} bytes, and had ${size}`;
  const hash = createHash('sha256');
  for await (const chunk of file.stream()) hash.update(chunk);
  return Buffer.compare(hash.digest(), cid.bytes.subarray(4)) === 0 ? undefined : 'does not hash to its CID';
}
