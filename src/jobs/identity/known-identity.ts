import { createP256Signer, decodeCbor, formatDidKey } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { compareWithOwn, dataOf, operationCid, PlcDirectory, readOperation } from '../../identity/index.ts';
import type { AnyPlcOperation, PlcComparison, PlcLog } from '../../identity/index.ts';
import type { Account } from '../../pds/index.ts';
import { JobRefusal } from '../errors.ts';
import type { JobContext } from '../job-context.ts';
import type { IdentityKey } from './report.ts';

/** Where an ask about an identity runs. */
export type IdentityContext = Pick<JobContext, 'store' | 'fetch' | 'settings' | 'now' | 'signal'> & {
  /** Tells pages and the service worker that an account changed. */
  readonly tell: () => void;
};

/** An account of this house, the verified log of its DID, and what the house makes of it. */
export interface KnownIdentity {
  readonly account: Account;
  /** Undefined where the directory does not know the DID, or cannot yet. */
  readonly log: PlcLog | undefined;
  /** Operations that no directory has yet. */
  readonly waiting: readonly AnyPlcOperation[];
  readonly compared: PlcComparison;
  /** CIDs of what the directory has shown before, and does not show now. */
  readonly missing: readonly string[];
  readonly houseKey: string | undefined;
  /** Whose a key is. */
  readonly named: (key: string) => IdentityKey;
}

/**
 * Asks the directory for the log of an account, verifies it, and holds it against what this house knows. An account that no
 * directory can know yet is not asked about.
 * @throws JobRefusal AccountMissing, NoDirectory; DirectoryError; PlcError where what it told does not hold; StoreError
 */
export async function knownIdentity(did: Did, context: IdentityContext): Promise<KnownIdentity> {
  const { store, fetch, settings, signal } = context;
  const [account, keys] = [await store.account(did), await store.keys(did)];
  if (account === undefined) throw new JobRefusal('AccountMissing', 'This account is not in this house any more.');
  if (!did.startsWith('did:plc:')) throw new JobRefusal('NoDirectory', 'The DID of this account is kept by no directory.');
  const houseKey = keys && formatDidKey((await createP256Signer(keys.rotation)).publicKey);
  const waiting = account.operations.map((bytes) => readOperation(decodeCbor(bytes)));
  const isNew = account.origin === 'created' && waiting[0]?.type === 'plc_operation' && waiting[0].prev === null;
  const log = isNew ? undefined : await new PlcDirectory(fetch, (await settings()).directory).log(did, signal);
  const held = log?.entries.map(({ cid }) => cid.toString()) ?? [];
  const own = new Set([...account.signedOperations ?? held, ...waiting.map((operation) => operationCid(operation).toString())]);
  return {
    account, log, waiting, houseKey,
    compared: log === undefined ? { foreign: [], undo: undefined } : compareWithOwn(log, own),
    missing: (account.shownOperations ?? []).filter((cid) => !held.includes(cid)),
    named: keyNames(account, log, own, houseKey),
  };
}

function keyNames({ rotationKeys: [kitKey] }: Account, log: PlcLog | undefined, own: ReadonlySet<string>, houseKey: string | undefined): KnownIdentity['named'] {
  // What stood above all others in an operation of the owner's was in a kit.
  const firsts = (log?.entries ?? []).filter(({ cid }) => own.has(cid.toString())).map(({ operation }) => dataOf(operation)?.rotationKeys[0]);
  return (key) => {
    if (key === kitKey) return { key, holder: 'kit' };
    if (key === houseKey) return { key, holder: 'house' };
    return { key, holder: firsts.includes(key) ? 'old-kit' : 'other' };
  };
}
