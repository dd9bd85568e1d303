import { openHttpChannel } from '../bridge/http/index.ts';
import { HouseConversation } from '../mirroring/index.ts';
import type { Correspondent, HousePds } from '../pds/index.ts';

/** A push ends in this time, in milliseconds: a page that is opened waits for it. */
const PUSH_MS = 60_000;

/** A mirror that refuses something is told anew; so often, and no more. */
const TRIES = 3;

type House = Pick<HousePds, 'correspondents'>;

/**
 * Sends to the mirrors what waits for them, as Background Sync asks for it.
 * @throws AggregateError where something could not be sent: the browser asks again later
 */
export async function pushOutboxes(house: House, fetch: typeof globalThis.fetch, signal = AbortSignal.timeout(PUSH_MS)): Promise<void> {
  const pushed = await Promise.allSettled((await house.correspondents()).map((one) => push(one, fetch, signal)));
  const failed = pushed.filter((each) => each.status === 'rejected');
  if (failed.length > 0) throw new AggregateError(failed.map(({ reason }) => reason as unknown), 'Something still waits for a mirror.');
}

async function push({ url, desk }: Correspondent, fetch: typeof globalThis.fetch, signal: AbortSignal): Promise<void> {
  const conversation = new HouseConversation(desk);
  for (let tries = 1; tries <= TRIES; tries++) {
    const channel = await openHttpChannel(url, { fetch, signal });
    if (await conversation.run(channel, { signal, untilIdle: true }) !== 'again') return;
  }
}
