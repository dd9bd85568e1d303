import { accountEvent, identityEvent, MirrorRefusal, syncEvent } from '../mirroring/index.ts';
import type { CopyAccount, NewEvent } from '../mirroring/index.ts';
import type { Did } from '../protocol/index.ts';
import type { MirrorHost } from './mirror-host.ts';

/** What an operator may decide of an account. */
export type Standing = 'active' | 'suspended' | 'takendown';

/**
 * Serves an account again, or no longer, and tells the network. What is kept of it stays. One that was never served is paired on
 * afterwards.
 * @returns false where it stands so already
 * @throws MirrorRefusal AccountMissing; MirrorStoreError
 */
export function letStand(host: MirrorHost, did: Did, standing: Standing): Promise<boolean> {
  const { copies, ingest, announce, log } = host;
  return ingest.inTurn(did, async () => {
    const account = await copies.account(did);
    if (account === undefined || account.status === 'deleted') throw new MirrorRefusal('AccountMissing', 'This mirror does not keep that account.', { did });
    const wasServed = account.told !== undefined;
    const status = standing === 'active' && !wasServed ? 'pairing' : standing;
    if (account.status === status) return false;
    announce(await copies.update(did, { status }, wasServed ? await eventsOf(host, account, standing) : []));
    log(`${did} is ${status} from now on`);
    return true;
  });
}

/** Who heard that an account is served no longer is told as of a new one when it comes back. */
async function eventsOf({ copies }: MirrorHost, { did, handle, head }: CopyAccount, standing: Standing): Promise<readonly NewEvent[]> {
  if (standing !== 'active') return [accountEvent(did, false, standing)];
  const [bytes] = head === undefined ? [] : await copies.reader(did).read([head.cid]);
  return [accountEvent(did, true), identityEvent(did, handle), ...bytes === undefined ? [] : [syncEvent(did, head!.rev, { cid: head!.cid, bytes })]];
}
