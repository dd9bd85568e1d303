import { createP256Signer, datetimeFromMs, decodeCbor, formatDidKey } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { dataOf, operationCid, plcChanges, PlcDirectory, readDidDocument, readOperation } from '../../identity/index.ts';
import type { AnyPlcOperation, PlcData, PlcLog } from '../../identity/index.ts';
import type { Account } from '../../pds/index.ts';
import { JobRefusal } from '../errors.ts';
import type { JobContext } from '../job-context.ts';
import type { IdentityChange, IdentityEntry, IdentityKey, IdentityReport, IdentityState } from './report.ts';

/** Where an ask about an identity runs. */
export type IdentityContext = Pick<JobContext, 'store' | 'fetch' | 'settings' | 'now' | 'signal'>;

/** An account of this house, and what its house knows of keys. */
interface Known {
  readonly account: Account;
  readonly named: (key: string) => IdentityKey;
}

/**
 * Asks the directory for the log of an account, verifies it from its first operation to its last, and says in parts what it
 * tells. An account that no directory can know yet is not asked about.
 * @throws JobRefusal AccountMissing, NoDirectory; DirectoryError; PlcError where what it told does not hold; StoreError
 */
export async function readIdentity(did: Did, context: IdentityContext): Promise<IdentityReport> {
  const known = await knownAccount(did, context);
  const { account } = known;
  const { directory } = await context.settings();
  const waiting = account.operations.map((bytes) => readOperation(decodeCbor(bytes)));
  const isNew = account.origin === 'created' && waiting[0]?.type === 'plc_operation' && waiting[0].prev === null;
  const log = isNew ? undefined : await new PlcDirectory(context.fetch, directory).log(did, context.signal);
  return reportOf(known, directory, waiting, log);
}

/** @throws JobRefusal AccountMissing, NoDirectory */
async function knownAccount(did: Did, { store }: IdentityContext): Promise<Known> {
  const [account, keys] = [await store.account(did), await store.keys(did)];
  if (account === undefined) throw new JobRefusal('AccountMissing', 'This account is not in this house any more.');
  if (!did.startsWith('did:plc:')) throw new JobRefusal('NoDirectory', 'The DID of this account is kept by no directory.');
  const houseKey = keys && formatDidKey((await createP256Signer(keys.rotation)).publicKey);
  const [kitKey] = account.rotationKeys;
  const named = (key: string): IdentityKey => ({ key, holder: key === kitKey ? 'kit' : key === houseKey ? 'house' : 'other' });
  return { account, named };
}

function reportOf({ account, named }: Known, directory: string, waiting: readonly AnyPlcOperation[], log: PlcLog | undefined): IdentityReport {
  const { did } = account;
  const before = new Map((log?.entries ?? []).map(({ cid, operation }) => [cid.toString(), dataOf(operation)]));
  const taken = (log?.entries ?? []).map(({ operation, cid, createdAt, signer, nullified }): IdentityEntry => {
    const { old, now } = around(operation, before);
    return {
      cid: cid.toString(), time: datetimeFromMs(createdAt), isUndone: nullified, operation,
      signer: named((old ?? now)?.rotationKeys[signer] ?? ''), changes: changesOf(old, now, named),
    };
  });
  const unsent: IdentityEntry[] = [];
  for (const operation of waiting) {
    const cid = operationCid(operation).toString();
    if (before.has(cid)) continue;
    const { old, now } = around(operation, before);
    before.set(cid, now);
    // A house signs its own beginning; what follows it there was signed with the kit, to bring the account back.
    const key = now?.rotationKeys[operation.prev === null ? 1 : 0] ?? '';
    unsent.push({ cid, isUndone: false, operation, signer: named(key), changes: changesOf(old, now, named) });
  }
  const data = log === undefined ? dataOf(waiting.at(-1) ?? { type: 'plc_tombstone', prev: '', sig: '' }) : log.data;
  return {
    did, directory,
    standing: log === undefined ? 'unregistered' : log.data === undefined ? 'ended' : 'registered',
    state: data && stateOf(data, account, named),
    entries: [...taken, ...unsent].reverse(),
  };
}

function changesOf(old: PlcData | undefined, now: PlcData | undefined, named: Known['named']): IdentityChange[] {
  return plcChanges(old, now).map((change) => (change.what === 'rotation-key' ? { ...change, holder: named(change.key).holder } : change));
}

function around(operation: AnyPlcOperation, known: ReadonlyMap<string, PlcData | undefined>): { readonly old: PlcData | undefined; readonly now: PlcData | undefined } {
  return { old: operation.prev === null ? undefined : known.get(operation.prev), now: dataOf(operation) };
}

function stateOf(data: PlcData, { did, signingKey: own }: Account, named: Known['named']): IdentityState {
  const { handle } = readDidDocument({ id: did, alsoKnownAs: data.alsoKnownAs }, did);
  const [server, key] = [data.services['atproto_pds']?.endpoint, data.verificationMethods['atproto']];
  return {
    ...(handle !== undefined && { handle }), ...(server !== undefined && { server }),
    ...(key !== undefined && { signingKey: { key, isOwn: key === own } }),
    rotationKeys: data.rotationKeys.map(named),
  };
}
