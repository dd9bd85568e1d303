import { decodeCbor, parseDidKey } from '../../protocol/index.ts';
import type { Did, PublicKey } from '../../protocol/index.ts';
import { dataOf, DirectoryError, PlcDirectory, readOperation } from '../../identity/index.ts';
import type { AnyPlcOperation } from '../../identity/index.ts';
import type { Account } from '../../pds/index.ts';
import { checkCommit, RepoError } from '../../repo/index.ts';
import type { Commit } from '../../repo/index.ts';
import { JobRefusal } from '../errors.ts';
import type { JobContext } from '../job-context.ts';

/**
 * The key of the account that signed a commit: the one that signs now, the one of its genesis, which is bound to the DID, or
 * another that its verified log names. A file from before a new kit was signed by an earlier one.
 * @throws RepoError CommitSignature where none of them did; JobRefusal KeyUnknown where only the directory could tell, and does not; the reason of the signal
 */
export async function ownKey(commit: Commit, account: Account, context: JobContext): Promise<PublicKey> {
  const known = [account.signingKey, ...signingKeys(account.genesis === undefined ? [] : [readOperation(decodeCbor(account.genesis))])];
  const found = await whoSigned(commit, account.did, known);
  if (found !== undefined) return found;
  const held = account.did.startsWith('did:plc:') ? await heldOperations(account.did, context) : [];
  const later = await whoSigned(commit, account.did, signingKeys(held));
  if (later === undefined) throw new RepoError('CommitSignature', 'No key of this account has signed the commit', { block: commit.cid.toString() });
  return later;
}

async function heldOperations(did: Did, { fetch, settings, signal }: JobContext): Promise<AnyPlcOperation[]> {
  try {
    const log = await new PlcDirectory(fetch, (await settings()).directory).log(did, signal);
    return (log?.entries ?? []).filter(({ nullified }) => !nullified).map(({ operation }) => operation);
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    throw new JobRefusal('KeyUnknown', 'Nothing in this house was changed. No key that this house knows has signed the file. Whether an earlier key of the account did, only the PLC directory can tell, and it gave no answer. Try again in a while.');
  }
}

function signingKeys(operations: readonly AnyPlcOperation[]): string[] {
  return operations.map((operation) => dataOf(operation)?.verificationMethods['atproto']).filter((key) => key !== undefined);
}

async function whoSigned(commit: Commit, did: Did, keys: readonly string[]): Promise<PublicKey | undefined> {
  for (const text of keys) {
    const key = parseDidKey(text);
    try {
      await checkCommit(commit, { key, did });
      return key;
    } catch (error) {
      if (!(error instanceof RepoError && error.code === 'CommitSignature')) throw error;
    }
  }
  return undefined;
}
