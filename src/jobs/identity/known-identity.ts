import { createP256Signer, decodeCbor, formatDidKey, parseDidKey } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { compareWithOwn, dataOf, operationCid, readOperation } from '../../identity/index.ts';
import type { AnyPlcOperation, DirectoryError, PlcComparison, PlcError, PlcLog } from '../../identity/index.ts';
import type { Account } from '../../pds/index.ts';
import type { KeyVault } from '../../keys/index.ts';
import { JobRefusal } from '../errors.ts';
import type { JobContext } from '../job-context.ts';
import { ofOtherHouses } from './other-houses.ts';
import type { IdentityKey } from './report.ts';
import { seenLogs } from './seen-logs.ts';
import type { MirrorWatch } from './seen-logs.ts';

/** Where an ask about an identity runs. */
export type IdentityContext = Pick<JobContext, 'store' | 'fetch' | 'settings' | 'now' | 'signal'> & {
  /** Tells pages and the service worker that an account changed. */
  readonly tell: () => void;
  readonly vault: KeyVault;
};

/** An account of this house, the verified log of its DID, and what the house makes of it. */
export interface KnownIdentity {
  readonly account: Account;
  /** Undefined where the directory does not know the DID, or cannot yet. */
  readonly log: PlcLog | undefined;
  /** What the directory itself shows. */
  readonly shown: PlcLog | undefined;
  /** What the mirror has seen of it; undefined where none answers. */
  readonly mirror: MirrorWatch | undefined;
  /** Why the log is the mirror's alone. */
  readonly fault: DirectoryError | PlcError | undefined;
  /** CIDs of what another house of the owner did, and this house has not known of. */
  readonly others: readonly string[];
  /** Operations that no directory has yet. */
  readonly waiting: readonly AnyPlcOperation[];
  readonly compared: PlcComparison;
  /** CIDs of what the directory has shown before, and does not show now. */
  readonly missing: readonly string[];
  readonly houseKey: string | undefined;
  /** Whose a key is. */
  readonly named: (key: string) => IdentityKey;
}

/** An account that no directory can know yet. */
const NOTHING = { log: undefined, shown: undefined, mirror: undefined, fault: undefined };

/**
 * Asks the directory and the mirror for the log of an account, verifies it, and holds it against what this house knows. An account that no
 * directory can know yet is not asked about.
 * @throws JobRefusal AccountMissing, NoDirectory; DirectoryError; PlcError where what it told does not hold; StoreError
 */
export async function knownIdentity(did: Did, context: IdentityContext): Promise<KnownIdentity> {
  const { store } = context;
  const [account, keys] = [await store.account(did), await store.keys(did)];
  if (account === undefined) throw new JobRefusal('AccountMissing', 'This account is not in this house any more.');
  if (!did.startsWith('did:plc:')) throw new JobRefusal('NoDirectory', 'The DID of this account is kept by no directory.');
  const houseKey = keys && formatDidKey((await createP256Signer(keys.rotation)).publicKey);
  const waiting = account.operations.map((bytes) => readOperation(decodeCbor(bytes)));
  const isNew = account.origin === 'created' && waiting[0]?.type === 'plc_operation' && waiting[0].prev === null;
  const claims = account.signedOperations ?? [];
  const { log, shown, mirror, fault } = isNew ? NOTHING : await seenLogs(account, claims, context);
  const held = log?.entries.map(({ cid }) => cid.toString()) ?? [];
  const here = (fault === undefined ? shown : log)?.entries.map(({ cid }) => cid.toString()) ?? [];
  const own = new Set([...account.signedOperations ?? held, ...waiting.map((operation) => operationCid(operation).toString())]);
  const others = log === undefined || mirror === undefined ? [] : ofOtherHouses(log, { own, claimed: mirror.claimed, houseKey });
  return {
    account, log, shown, mirror, fault, others, waiting, houseKey,
    compared: log === undefined ? { foreign: [], undo: undefined } : compareWithOwn(log, new Set([...own, ...others])),
    missing: (account.shownOperations ?? []).filter((cid) => !here.includes(cid)),
    named: keyNames(account, log, own, houseKey),
  };
}

function keyNames({ rotationKeys: [kitKey] }: Account, log: PlcLog | undefined, own: ReadonlySet<string>, houseKey: string | undefined): KnownIdentity['named'] {
  // What stood above all others in an operation of the owner's was in a kit, whose keys are of P-256; or another server's.
  const firsts = (log?.entries ?? []).filter(({ cid }) => own.has(cid.toString())).map(({ operation }) => dataOf(operation)?.rotationKeys[0]);
  return (key) => {
    // Where no kit may change the identity, the house's key can stand first.
    if (key === houseKey) return { key, holder: 'house' };
    if (key === kitKey) return { key, holder: 'kit' };
    return { key, holder: firsts.includes(key) && parseDidKey(key).algorithm === 'p256' ? 'old-kit' : 'other' };
  };
}
