import { accountEvent, identityEvent, isKnown, isStopped, MirrorRefusal, syncEvent } from '../mirroring/index.ts';
import type { CopyAccount, NewEvent, Primary, StoppedStatus } from '../mirroring/index.ts';
import { XrpcError } from '../pds/index.ts';
import type { Did } from '../protocol/index.ts';
import { handleToTell } from './identity/told-handle.ts';
import type { MirrorHost } from './mirror-host.ts';
import { endOf } from './usage.ts';

/** What an operator may decide of an account. */
export type Standing = 'active' | StoppedStatus;

/** @throws MirrorRefusal AccountMissing */
export async function keptAccount({ copies }: Pick<MirrorHost, 'copies'>, did: Did): Promise<CopyAccount> {
  const account = await copies.account(did);
  if (account === undefined || account.status === 'deleted') throw new MirrorRefusal('AccountMissing', 'This mirror does not keep that account. Nothing was changed.', { did });
  return account;
}

/** One of which more may be taken. @throws MirrorRefusal AccountMissing, AccountInactive */
export async function openAccount(host: Pick<MirrorHost, 'copies'>, did: Did): Promise<CopyAccount> {
  const account = await keptAccount(host, did);
  if (isStopped(account)) throw new MirrorRefusal('AccountInactive', `The operator of this mirror has the account ${account.status}. Nothing was changed.`, { did });
  return account;
}

/** Whether an account may not come back: its operator decided so, and not only the end of its time, or has given it other terms since. */
export function isBarred(account: CopyAccount, now: number): boolean {
  const { held, isOver } = account;
  return isStopped(account) || (held !== undefined && (isOver !== true || now < (endOf(account) ?? Infinity)));
}

/**
 * Serves an account again, or no longer, and tells the network. What is kept of it stays. One that was never served is paired on
 * afterwards, and a standby is one again; one that had left meanwhile may come back.
 * @param isOver of one that only the end of its time suspends: whether it still does when its turn comes; left out, its operator decides
 * @throws MirrorRefusal AccountMissing; MirrorStoreError
 */
export function letStand(host: MirrorHost, did: Did, standing: Standing, isOver?: (account: CopyAccount) => boolean): Promise<void> {
  const { copies, ingest, announce, alerts, log, now } = host;
  return ingest.inTurn(did, async () => {
    const left = await copies.account(did);
    if (left?.held !== undefined) {
      if (standing !== 'active') return;
      await copies.release(did);
      log(`${did} may come back from now on`);
      return;
    }
    const account = await keptAccount(host, did);
    const wasServed = account.told !== undefined && isKnown(account);
    const status = standing === 'active' && !wasServed ? 'pairing' : standing;
    if (isOver?.(account) === false) return;
    if (account.status === status) {
      // What the end of its time did is the operator's decision from now on.
      if (account.isOver === true && isOver === undefined) await copies.update(did, { status });
      return;
    }
    // It has as long to pair as a new one.
    const details = { status, ...(status === 'pairing' && { createdAt: now() }), ...(isOver !== undefined && { isOver: true }) } as const;
    announce(await copies.update(did, details, wasServed ? await eventsOf(host, account, standing) : []));
    log(`${did} is ${status} from now on`);
    await alerts.standing({ ...account, status });
  });
}

/** Who heard that an account is served no longer is told as of a new one when it comes back. */
async function eventsOf({ copies, identities }: MirrorHost, account: CopyAccount, standing: Standing): Promise<readonly NewEvent[]> {
  const { did, head } = account;
  if (standing !== 'active') return [accountEvent(did, false, standing)];
  const [bytes] = head === undefined ? [] : await copies.reader(did).read([head.cid]);
  return [accountEvent(did, true), identityEvent(did, await handleToTell(identities, account)), ...bytes === undefined ? [] : [syncEvent(did, head!.rev, { cid: head!.cid, bytes })]];
}

/**
 * Makes an account a standby, or no longer one: then it has as long to pair as a new one. What this mirror serves becomes one where its
 * DID names another mirror by now.
 * @throws XrpcError StillServed; MirrorRefusal AccountMissing, IdentityUnknown
 */
export function setPrimary(host: MirrorHost, did: Did, primary: Primary | undefined): Promise<CopyAccount> {
  const { copies, ingest, announce, alerts, log, now } = host;
  return ingest.inTurn(did, async () => {
    const account = await keptAccount(host, did);
    const isServed = account.status === 'active';
    const isSame = account.primary?.url === primary?.url && account.primary?.key === primary?.key;
    if (isServed ? primary === undefined : isSame) return account;
    if (isServed) await checkElsewhere(host, did);
    const details = { primary, ...(isServed && { status: 'pairing' as const }), ...(primary === undefined && { createdAt: now() }) };
    announce(await copies.update(did, details, isServed ? [accountEvent(did, false, 'deactivated')] : []));
    if (account.primary !== undefined) await alerts.noPrimary(did, account.primary.url);
    log(primary === undefined ? `${did} is no standby any more` : `${did} is a standby of ${primary.url}${isServed ? ', which serves it now' : ''}`);
    return keptAccount(host, did);
  });
}

/** @throws XrpcError StillServed; MirrorRefusal IdentityUnknown */
async function checkElsewhere({ identities, names }: MirrorHost, did: Did): Promise<void> {
  const { pds } = await identities.of(did, 0);
  if (pds !== undefined && names.at(pds) === undefined) return;
  throw new XrpcError(400, 'StillServed', `The DID document names ${pds === undefined ? 'no server' : 'this mirror'}, so that the account is no standby here. Nothing was changed.`);
}
