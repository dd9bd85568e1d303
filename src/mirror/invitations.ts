import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import { CROCKFORD, typedCrockford } from '../keys/index.ts';
import type { Invitation, MirrorStore } from '../mirroring/index.ts';
import { XrpcError } from '../pds/index.ts';
import { RateLimit } from './http/rate-limit.ts';
import type { Log } from './log.ts';
import type { MirrorSettings } from './settings.ts';

/** Without letters and digits that look alike. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
/** Characters of a group of a short code, which has two. */
const SHORT_GROUP = 4;
const SHORT = new RegExp(`^[${CROCKFORD}]{${SHORT_GROUP}}-[${CROCKFORD}]{${SHORT_GROUP}}$`);
/** By so many characters a code is looked up; the others are compared in a time that says nothing of them. */
const START = SHORT_GROUP;
/** Wrong ends of a short code before it is taken back. */
const MOST_WRONG = 5;
/** Short codes that are tried in an hour, of all callers together. */
const MOST_SHORT = 1_000;
const HOUR_MS = 3_600_000;

/** How long a short code is good for at most, in milliseconds. */
export const SHORT_MS = 24 * HOUR_MS;

/** Whether nobody is taken without one. */
export function needsInvitation({ invites, inviteOnly }: Pick<MirrorSettings, 'invites' | 'inviteOnly'>): boolean {
  return inviteOnly || invites.length > 0;
}

/** A code that nobody guesses: four groups of five of 31 letters and digits, 99 bits. */
export function newCode(): string {
  const group = (): string => Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

/** A code to be typed from one screen into another, `7K3Q-0M2Z`: 40 bits, of which the first half says which it is. */
export function newShortCode(): string {
  const group = (): string => Array.from({ length: SHORT_GROUP }, () => CROCKFORD[randomInt(CROCKFORD.length)]).join('');
  return `${group()}-${group()}`;
}

/** Whether a code is of that kind. */
export function isShortCode(code: string): boolean {
  return SHORT.test(code);
}

type Copies = Pick<MirrorStore, 'invitation' | 'invitationsFrom' | 'withdraw'>;

/** Finds invitations by what people show, and lets nobody try out codes. */
export class Codes {
  readonly #copies: Copies;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #shortTries: RateLimit;
  /** Wrong ends of short codes, until such a code is over whenever it was made. */
  readonly #wrong = new Map<string, { readonly count: number; readonly since: number }>();

  constructor({ copies, log, now }: { readonly copies: Copies; readonly log: Log; readonly now: () => number }) {
    this.#copies = copies;
    this.#log = log;
    this.#now = now;
    this.#shortTries = new RateLimit({ most: MOST_SHORT, windowMs: HOUR_MS, now });
  }

  /**
   * The invitation of a code, whether it can be used or not; a short one is read as people type it.
   * @throws XrpcError InvalidInviteCode where there is none; RateLimitExceeded where too many short ones were tried
   */
  async find(shown: string): Promise<Invitation> {
    const typed = typedCrockford(shown).join('');
    const short = `${typed.slice(0, SHORT_GROUP)}-${typed.slice(SHORT_GROUP)}`;
    // A code of the settings may read like a short one, and is none.
    const found = (isShortCode(shown) ? undefined : await this.#match(shown)) ?? (isShortCode(short) ? await this.#short(short) : undefined);
    if (found === undefined) throw new XrpcError(400, 'InvalidInviteCode', 'This mirror has no such invitation, or it was taken back. Nothing was changed.');
    return found;
  }

  async #short(code: string): Promise<Invitation | undefined> {
    if (this.#shortTries.count('').isOver) {
      throw new XrpcError(429, 'RateLimitExceeded', 'Too many short codes were tried here. Please wait an hour, or ask the operator for a long code. Nothing was changed.');
    }
    return this.#match(code);
  }

  async #match(code: string): Promise<Invitation | undefined> {
    const start = [...code].slice(0, START);
    if (start.length < START) return code === '' ? undefined : this.#copies.invitation(code);
    const near = await this.#copies.invitationsFrom(start.join(''));
    const found = near.find((each) => isSame(each.code, code));
    if (found === undefined && isShortCode(code)) for (const each of near) await this.#missed(each);
    return found;
  }

  /** Who knows half of a short code does not try out the other half. */
  async #missed({ code, note, used }: Invitation): Promise<void> {
    if (!isShortCode(code) || used !== undefined) return;
    const now = this.#now();
    for (const [each, { since }] of this.#wrong) if (since + SHORT_MS <= now) this.#wrong.delete(each);
    const { count, since } = this.#wrong.get(code) ?? { count: 0, since: now };
    this.#wrong.set(code, { count: count + 1, since });
    if (count + 1 < MOST_WRONG) return;
    this.#wrong.delete(code);
    if (await this.#copies.withdraw(code)) this.#log(`A short code was shown with a wrong end ${MOST_WRONG} times, and is taken back. Its note: ${JSON.stringify(note)}`);
  }
}

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
