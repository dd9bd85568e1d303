import { datetimeFromMs } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { dataOf, DirectoryError, operationCid, plcChanges, plcNames, readDidDocument } from '../../identity/index.ts';
import type { AnyPlcOperation, PlcData } from '../../identity/index.ts';
import { pairingAlone, rememberSigned } from '../../pds/index.ts';
import type { Account } from '../../pds/index.ts';
import { knownIdentity } from './known-identity.ts';
import type { IdentityContext, KnownIdentity } from './known-identity.ts';
import type { IdentityAlarm, IdentityChange, IdentityEntry, IdentityReport, IdentityState } from './report.ts';
import { adopt } from './undo.ts';

/**
 * Says in parts what the verified log of an account tells, and what of it is somebody else's doing. What the directory has shown
 * is kept in mind.
 * @throws as `knownIdentity`
 */
export async function readIdentity(did: Did, context: IdentityContext): Promise<IdentityReport> {
  const known = await knownIdentity(did, context);
  await keepInMind(known, context);
  const { directory } = await context.settings();
  return reportOf(known, directory);
}

async function keepInMind(known: KnownIdentity, context: IdentityContext): Promise<void> {
  const { account, log, shown: told, others, compared } = known;
  const { store } = context;
  const { did, shownOperations = [], signedOperations } = account;
  const held = told?.entries.map(({ cid }) => cid.toString()) ?? [];
  const shown = [...new Set([...shownOperations, ...held])];
  if (shown.length > shownOperations.length) await store.update(did, { shownOperations: shown });
  if (others.length > 0 && compared.foreign.length === 0) {
    await pairingAlone({ store }, did, async () => {
      const now = await store.account(did);
      if (now === undefined) return;
      await rememberSigned({ store }, now, log, others);
      if (log?.data !== undefined) await adopt(known, log.data, context);
    });
  }
  if (signedOperations !== undefined || held.length === 0) return;
  // An account of an earlier version: what it has now counts as its owner's, unless its house has just begun to keep count.
  await pairingAlone({ store }, did, async () => {
    const now = await store.account(did);
    if (now !== undefined && now.signedOperations === undefined) await store.update(did, { signedOperations: held });
  });
}

function reportOf(known: KnownIdentity, directory: string): IdentityReport {
  const { account, named, log, waiting, missing, mirror, fault } = known;
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
  const last = waiting.at(-1);
  const data = log === undefined ? last && dataOf(last) : log.data;
  const alarm = alarmOf(known);
  return {
    did, directory,
    standing: log === undefined ? 'unregistered' : log.data === undefined ? 'ended' : 'registered',
    state: data && stateOf(data, account, named),
    entries: [...taken, ...unsent].reverse(),
    missing: missing.length,
    ...(alarm !== undefined && { alarm }),
    ...(mirror !== undefined && { mirror: { url: mirror.url, only: mirror.only.length, ...(mirror.lookedAt !== undefined && { lookedAt: datetimeFromMs(mirror.lookedAt) }) } }),
    ...(fault !== undefined && { fault: fault instanceof DirectoryError ? fault.code : 'DirectoryLies' }),
  };
}

function alarmOf({ account, log, compared: { foreign, undo }, named, mirror }: KnownIdentity): IdentityAlarm | undefined {
  const [first] = foreign;
  if (first === undefined) return undefined;
  const key = undo?.data.rotationKeys[first.signer] ?? '';
  const place = undo?.data.rotationKeys.indexOf(account.rotationKeys[0] ?? '') ?? -1;
  const seenAt = mirror?.seenAt.get(first.cid.toString());
  const canUndo = undo !== undefined && place !== -1 && place < undo.above;
  return {
    cids: foreign.map(({ cid }) => cid.toString()), time: datetimeFromMs(first.createdAt), signer: named(key).holder,
    ...(canUndo && { until: datetimeFromMs(undo.until) }),
    ...(seenAt !== undefined && { seenAt: datetimeFromMs(seenAt) }),
    ...(mirror?.only.includes(first.cid.toString()) && { isMirrorOnly: true as const }),
    changes: undo === undefined ? [] : changesOf(log?.data, undo.data, named),
  };
}

function around(operation: AnyPlcOperation, known: ReadonlyMap<string, PlcData | undefined>): { readonly old: PlcData | undefined; readonly now: PlcData | undefined } {
  return { old: operation.prev === null ? undefined : known.get(operation.prev), now: dataOf(operation) };
}

function changesOf(old: PlcData | undefined, now: PlcData | undefined, named: KnownIdentity['named']): IdentityChange[] {
  return plcChanges(old, now).map((change) => (change.what === 'rotation-key' ? { ...change, holder: named(change.key).holder } : change));
}

function stateOf(data: PlcData, { did, signingKey: own }: Account, named: KnownIdentity['named']): IdentityState {
  const { handle } = readDidDocument({ id: did, alsoKnownAs: data.alsoKnownAs }, did);
  const [server, key] = [data.services['atproto_pds']?.endpoint, data.verificationMethods['atproto']];
  return {
    furtherNames: plcNames(data).further, ...(handle !== undefined && { handle }), ...(server !== undefined && { server }),
    ...(key !== undefined && { signingKey: { key, isOwn: key === own } }),
    rotationKeys: data.rotationKeys.map(named),
  };
}
