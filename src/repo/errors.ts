import { HoldfastError } from '../protocol/index.ts';
import type { ErrorDetails } from '../protocol/index.ts';

/**
 * What can be wrong with a repository, one code for each reason.
 *
 * CAR: header, root count, a block's frame, its CID, its hash. Tree: a node's form, its prefixes, order, layer, empty
 * nodes, keys. Commit: its fields, DID, rev, signature. And what is missing, not wanted, too much, or out of step.
 */
export type RepoFault =
  | 'CarHeader' | 'CarRoots' | 'CarTruncated' | 'CarFrame' | 'BlockCid' | 'BlockHash' | 'BlockMissing' | 'BlockTooLarge'
  | 'NodeForm' | 'NodeSize' | 'NodePrefix' | 'NodeOrder' | 'NodeLayer' | 'NodeEmpty' | 'NodeKey' | 'TreeOrder' | 'TreeTop'
  | 'RecordForm' | 'RecordType' | 'CommitForm' | 'CommitDid' | 'CommitRev' | 'CommitSignature' | 'FutureRev'
  | 'MessageForm' | 'MessageMismatch' | 'OperationForm' | 'OperationMismatch' | 'PrevDataMismatch'
  | 'RecordExists' | 'RecordMissing' | 'DuplicatePath' | 'CommitTooLarge' | 'BudgetExceeded';

/** A repository, a change or a proof that is not right. `details` name block, key and offset as far as they apply. */
export class RepoError extends HoldfastError<RepoFault> {
  /** The sentence for a person goes before the place where it happened. */
  constructor(code: RepoFault, message: string, details: ErrorDetails = {}, cause?: unknown) {
    const place = Object.entries(details).map(([name, value]) => `${name} ${String(value)}`);
    super(code, place.length === 0 ? message : `${message} (${place.join(', ')})`, details, cause);
  }
}
