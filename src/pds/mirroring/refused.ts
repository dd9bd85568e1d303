import { datetimeFromMs, datetimeToMs } from '../../protocol/index.ts';
import type { Did, Tid } from '../../protocol/index.ts';
import type { MirrorMessage, NextStep } from '../../mirroring/index.ts';
import type { House } from '../house.ts';
import { ALARMS, otherKey, raise, standsStill } from './alarms.ts';
import { learnClock, nextStep } from './greet.ts';
import { AHEAD_MS } from './hand-over.ts';
import { namesOurKey } from './identity.ts';
import { isMoved } from './look.ts';
import { PASSING } from './mirror-error.ts';
import { changeMirror, pairedAccount } from './paired.ts';
import type { PairedAccount } from './paired.ts';
import { isOnDomain } from './web-identity.ts';

/** A token is of a minute: with a clock so far off it is refused. */
const OFF_MS = 20_000;
/** A mirror believes a key that was replaced for a minute at most: one that knows no better by then will not. In milliseconds. */
const PATIENCE_MS = 2 * 60_000;
/** Of a document on a domain, what stands before its server may show each of the two another one for a while. */
const DOMAIN_PATIENCE_MS = 15 * 60_000;
/** Whoever is turned away tries again after half a minute at most: what is so old is of another story. In milliseconds. */
const FORGOTTEN_MS = 30 * 60_000;

/** Not at once: whoever talks begins again, later and later. */
const AGAIN: NextStep = { next: 'send' };

/** What to do after the mirror refused a commit, or the conversation. */
export async function refused(house: House, did: Did, reject: MirrorMessage & { readonly type: '#reject' }): Promise<NextStep> {
  const { rev, code, message, head, time } = reject;
  const account = await pairedAccount(house, did);
  if (standsStill(account.mirror)) return { next: 'stop' };
  const theirTime = datetimeToMs(time);
  const ahead = Math.round(house.now() - theirTime);
  switch (code) {
    case 'StaleRev':
    case 'StaleHead': {
      const step = await nextStep(house, did, head, theirTime + AHEAD_MS);
      // What was refused once is refused again.
      const [first] = step.next === 'send' ? await house.store.outbox(did, { limit: 1, ...(step.after !== undefined && { after: step.after }) }) : [];
      return first !== undefined && first.rev === rev ? { next: 'hand-over' } : step;
    }
    case 'FutureRev':
      await learnClock(house, account, ahead);
      return { next: 'hand-over' };
    case 'CommitTooLarge':
      return { next: 'hand-over' };
    case 'AccountMissing':
      await raise(house, account, 'refused', ALARMS.forgotten(), rev);
      return { next: 'stop' };
    case 'AccountInactive': {
      // Another house may have moved the account: then that is what is to be told.
      const moved = await isMoved(house, account);
      if (moved === undefined) return AGAIN;
      if (moved) return { next: 'stop' };
      break;
    }
    case 'InvalidToken':
      if (Math.abs(ahead - (account.mirror.clockAheadMs ?? 0)) > OFF_MS) {
        // The next token is made by the mirror's clock.
        await learnClock(house, account, ahead);
        return AGAIN;
      }
      return turnedAway(house, account, rev);
    case 'IdentityUnknown':
      // One that names no key at all looks like this, and stays so.
      return await namesOurKey(house, account) === false ? otherKeyNamed(house, account, rev) : AGAIN;
    default:
      if (PASSING.has(code)) return AGAIN;
  }
  await raise(house, account, 'refused', ALARMS.refused(message), rev);
  return { next: 'stop' };
}

async function otherKeyNamed(house: House, account: PairedAccount, rev: Tid | undefined): Promise<NextStep> {
  await raise(house, account, 'refused', otherKey(account.did), rev);
  return { next: 'stop' };
}

/** The mirror says that the key is not the account's. Whether it is, the DID says. */
async function turnedAway(house: House, account: PairedAccount, rev: Tid | undefined): Promise<NextStep> {
  const { did, mirror: { url, turnedAwaySince } } = account;
  const isNamed = await namesOurKey(house, account);
  if (isNamed === false) return otherKeyNamed(house, account, rev);
  const age = turnedAwaySince === undefined ? -1 : house.now() - datetimeToMs(turnedAwaySince);
  // One that was told of a new key a moment ago may not have seen it yet.
  if (age < 0 || age > FORGOTTEN_MS) {
    await changeMirror(house, did, (mirror) => (mirror?.url === url ? { mirror: { ...mirror, turnedAwaySince: datetimeFromMs(house.now()) } } : undefined));
    return AGAIN;
  }
  if (isNamed === undefined || age < (isOnDomain(did) ? DOMAIN_PATIENCE_MS : PATIENCE_MS)) return AGAIN;
  await raise(house, account, 'refused', ALARMS['turned-away'](), rev);
  return { next: 'stop' };
}
