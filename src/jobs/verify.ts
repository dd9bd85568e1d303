import { formatDidKey, parseDidKey } from '../protocol/index.ts';
import type { PublicKey } from '../protocol/index.ts';
import { Tally } from '../repo/index.ts';
import type { Commit } from '../repo/index.ts';
import { backupIn } from './backup-in.ts';
import type { BackupContents } from './backup/open-backup.ts';
import { contentsOf, fileSource, isLater, readCopy } from './file-contents.ts';
import type { FileContents } from './file-contents.ts';
import type { JobContext } from './job-context.ts';
import type { FirstVerdict, SecondVerdict } from './second-verifier.ts';

export interface VerifyResult extends FileContents {
  readonly signature: 'verified' | 'unknown';
  readonly signedBy?: string;
  readonly house: 'absent' | 'same' | 'older' | 'newer';
  readonly second?: SecondOpinion;
  /** What a backup holds beside the repository. */
  readonly backup?: BackupContents;
}

/** Of the second verifier: what it says, or why it says nothing. */
export type SecondOpinion = SecondVerdict | { readonly says: 'too-large' | 'unable' };

/** What is tested. */
export interface VerifyRequest {
  /** A CAR or a backup. */
  readonly car: Blob;
  /** `did:key` */
  readonly key?: string;
  /** Of an encrypted backup, as it was typed. */
  readonly filePassphrase?: string;
  /** Whether the second verifier is asked as well. */
  readonly twice?: boolean;
}

/** The second verifier holds all of it in memory, with much around it: 1.5 GB for 94 MB of small records. */
const SECOND_BYTES = 100_000_000;

/**
 * Reads a CAR or a backup to its end and says what it holds. Nothing is stored. Signatures are checked with `key`, else with the key of the
 * account that the file names, if it is in this house, else not, and the result says so. What ours refuses, nobody else is asked about.
 * @throws InvalidKeyError, RepoError, BackupError, StoreError, or the reason of the signal
 */
export async function verify({ car, key: given, filePassphrase, twice = false }: VerifyRequest, context: JobContext): Promise<VerifyResult> {
  const { store } = context;
  let key: PublicKey | undefined = given === undefined ? undefined : parseDidKey(given);
  const tally = new Tally();
  const keyFor = async ({ did }: Commit): Promise<PublicKey | undefined> => {
    if (key !== undefined) return key;
    const account = await store.account(did);
    key = account && parseDidKey(account.signingKey);
    return key;
  };
  const backup = await backupIn(car, filePassphrase);
  const found = await readCopy(backup?.car ?? fileSource(car), { key: keyFor, tally, phase: 'reading' }, context);
  backup?.checkCommit(found.commit);
  const rest = await backup?.verifyRest(tally, context);
  const contents = { ...contentsOf(found, tally), bytes: car.size };
  const repository = backup === undefined ? car : { size: backup.car.size, arrayBuffer: async () => (await backup.carBytes()).buffer };
  return {
    ...contents,
    ...(rest !== undefined && { backup: rest }),
    signature: key === undefined ? 'unknown' : 'verified',
    ...(key !== undefined && { signedBy: formatDidKey(key) }),
    house: await standing(found.commit, context),
    ...(twice && { second: await secondOpinion(repository, { ...contents, key: key && formatDidKey(key) }, context) }),
  };
}

async function secondOpinion(car: Pick<Blob, 'size' | 'arrayBuffer'>, first: FirstVerdict, { signal, progress }: JobContext): Promise<SecondOpinion> {
  if (car.size > SECOND_BYTES) return { says: 'too-large' };
  progress({ phase: 'second', done: 0, total: 0, unit: 'records', records: first.records });
  try {
    // It is half as large as this worker, and seldom wanted.
    const { askSecond } = await import('./second-verifier.ts');
    const bytes = new Uint8Array(await car.arrayBuffer());
    signal.throwIfAborted();
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', reject, { once: true });
      askSecond(bytes, first).then(resolve, reject);
    });
  } catch {
    signal.throwIfAborted();
    return { says: 'unable' };
  }
}

async function standing({ did, cid, rev }: Commit, { store }: JobContext): Promise<VerifyResult['house']> {
  const account = await store.account(did);
  if (account === undefined) return 'absent';
  if (account.head.cid.equals(cid)) return 'same';
  return isLater(rev, account.head.rev) ? 'newer' : 'older';
}
