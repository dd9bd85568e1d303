import type { Did, Tid } from '../../protocol/index.ts';
import type { House } from '../house.ts';
import type { OutboxEntry } from '../ports/house-store.ts';
import { pairedAccount } from './paired.ts';

/** So much is given out at a time, whatever the number of commits. */
const PAGE_BYTES = 4_000_000;

/**
 * What waits for the mirror after a rev, oldest first: `limit` of them, or fewer when they are large.
 * @throws XrpcError AccountNotFound, NotPaired
 */
export async function outbox(house: House, did: Did, after: Tid | undefined, limit: number): Promise<readonly OutboxEntry[]> {
  await pairedAccount(house, did);
  const waiting = await house.store.outbox(did, { limit, ...(after !== undefined && { after }) });
  let bytes = 0;
  const large = waiting.findIndex(({ message }, index) => (bytes += message.length) > PAGE_BYTES && index > 0);
  return large === -1 ? waiting : waiting.slice(0, large);
}
