import { formatDidKey, parseDidKey } from '../protocol/index.ts';
import type { PublicKey } from '../protocol/index.ts';
import { Tally } from '../repo/index.ts';
import type { Commit } from '../repo/index.ts';
import { contentsOf, fileSource, isLater, readCopy } from './file-contents.ts';
import type { FileContents } from './file-contents.ts';
import type { JobContext } from './job-context.ts';

export interface VerifyResult extends FileContents {
  readonly signature: 'verified' | 'unknown';
  readonly signedBy?: string;
  readonly house: 'absent' | 'same' | 'older' | 'newer';
}

/**
 * Reads a CAR to its end and says what it holds. Nothing is stored. Signatures are checked with `key` (a `did:key`), else
 * with the key of the account that the file names, if it is in this house, else not, and the result says so.
 * @throws InvalidKeyError, RepoError, StoreError, or the reason of the signal
 */
export async function verify({ car, key: given }: { readonly car: Blob; readonly key?: string }, context: JobContext): Promise<VerifyResult> {
  const { store } = context;
  let key: PublicKey | undefined = given === undefined ? undefined : parseDidKey(given);
  const tally = new Tally();
  const keyFor = async ({ did }: Commit): Promise<PublicKey | undefined> => {
    if (key !== undefined) return key;
    const account = await store.account(did);
    key = account && parseDidKey(account.signingKey);
    return key;
  };
  const found = await readCopy(fileSource(car), { key: keyFor, tally, phase: 'reading' }, context);
  return {
    ...contentsOf(found, tally),
    signature: key === undefined ? 'unknown' : 'verified',
    ...(key !== undefined && { signedBy: formatDidKey(key) }),
    house: await standing(found.commit, context),
  };
}

async function standing({ did, cid, rev }: Commit, { store }: JobContext): Promise<VerifyResult['house']> {
  const account = await store.account(did);
  if (account === undefined) return 'absent';
  if (account.head.cid.equals(cid)) return 'same';
  return isLater(rev, account.head.rev) ? 'newer' : 'older';
}
