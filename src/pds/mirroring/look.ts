import { datetimeFromMs, datetimeToMs } from '../../protocol/index.ts';
import type { Datetime, Did } from '../../protocol/index.ts';
import type { House } from '../house.ts';
import type { PairedMirror } from '../ports/paired-mirror.ts';
import { ALARMS, alarmOf, NOTICES, raise } from './alarms.ts';
import { namedServer } from './identity.ts';
import { changeMirror, pairedAccount } from './paired.ts';
import type { PairedAccount } from './paired.ts';
import { latestCommit } from './public-reads.ts';
import { askUsage } from './usage.ts';
import { isOnDomain } from './web-identity.ts';

type Reader = NonNullable<PairedMirror['reader']>;

/** So long a relay may lack what the mirror has confirmed. */
const PATIENCE_MS = 10 * 60 * 1000;
/** What of the history is looked through. */
const MOST_COMMITS = 200;
const MINUTE_MS = 60_000;

/**
 * Asks the relay of the settings what it has of the account, the directory or the domain of its DID where it is, and the mirror
 * and its standbys what it takes there. Who gives no answer changes nothing of what is known.
 * @throws XrpcError AccountNotFound, NotPaired
 */
export async function look(house: House, did: Did): Promise<PairedAccount> {
  await pairedAccount(house, did);
  await Promise.all([askReader(house, did), askDirectory(house, did), askUsage(house, did)]);
  return pairedAccount(house, did);
}

async function askReader(house: House, did: Did): Promise<void> {
  const { relay: url } = await house.settings();
  if (url === undefined) return;
  const answer = await latestCommit(house.fetch, url, did).then((found) => ({ found }), () => undefined);
  if (answer === undefined) return;
  const rev = answer.found?.rev;
  const account = await pairedAccount(house, did);
  const { acknowledged, reader: before } = account.mirror;
  const isBehind = acknowledged !== undefined && (rev === undefined || rev < acknowledged.rev);
  // What it lacked once and has by now is not held against it.
  const known = before?.url === url && before.lacks !== undefined && (rev === undefined || rev < before.lacks.rev) ? before.lacks : undefined;
  const lacks = isBehind ? known ?? { rev: acknowledged.rev, since: acknowledged.time } : undefined;
  const reader: Reader = { url, time: datetimeFromMs(house.now()), ...(rev !== undefined && { rev }), ...(lacks !== undefined && { lacks }) };
  const minutes = lacks === undefined ? undefined : await withheldFor(house, account, rev, lacks.since);
  await changeMirror(house, did, (mirror) => {
    if (mirror === undefined) return undefined;
    const { notice, withheld: _, ...rest } = mirror;
    return {
      mirror: {
        ...rest, reader,
        // Earlier versions had either word in one place.
        ...(notice?.code === 'conflict' && { notice }), ...(minutes !== undefined && { withheld: alarmOf(house, 'withheld' as const, NOTICES.withheld(minutes)) }),
      },
    };
  });
}

/**
 * For how many minutes the reader has lacked what the mirror confirmed; undefined while that is no matter. It is no longer than since the receipt
 * that was there when it was found to lack something: what waited before that, offline, nobody could have.
 */
async function withheldFor(house: House, { did, mirror: { acknowledged } }: PairedAccount, rev: string | undefined, since: Datetime): Promise<number | undefined> {
  if (acknowledged === undefined) return undefined;
  const missing = (await house.store.history(did, { limit: MOST_COMMITS }))
    .filter((entry) => entry.rev <= acknowledged.rev && (rev === undefined || entry.rev > rev));
  const written = missing.at(-1)?.time ?? acknowledged.time;
  const age = house.now() - Math.max(datetimeToMs(written), datetimeToMs(since));
  return age > PATIENCE_MS ? Math.round(age / MINUTE_MS) : undefined;
}

async function askDirectory(house: House, did: Did): Promise<void> {
  const account = await pairedAccount(house, did);
  const { state, alarm } = account.mirror;
  if (state === 'active' && alarm === undefined) await isMoved(house, account);
}

/** Whether the DID names another server than the mirror, which is an alarm. What does not answer, or does not hold, says nothing: undefined. */
export async function isMoved(house: House, account: PairedAccount): Promise<boolean | undefined> {
  const answer = await namedServer(house, account).then((server) => ({ server }), () => undefined);
  if (answer === undefined || answer.server === account.mirror.url) return answer && false;
  await raise(house, account, 'moved', ALARMS.moved(answer.server, isOnDomain(account.did)));
  return true;
}
