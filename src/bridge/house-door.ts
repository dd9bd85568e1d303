import { parseDidKey } from '../protocol/index.ts';
import { receiveVisit } from './visit.ts';
import type { Call } from '../mirroring/index.ts';
import type { HouseCalls } from './house-calls.ts';
import type { Family, HouseLines, SignFingerprints } from './house-line.ts';
import type { Correspondent } from './talks.ts';
import type { DidText } from './xrpc-desk.ts';

/** So many houses are shown something at a time. */
const MOST_VISITORS = 4;

/** Where other houses of an account come in that call through its mirror. */
export class HouseDoor {
  readonly #calls: HouseCalls;
  readonly #correspondent: Correspondent;
  readonly #lines: HouseLines;
  readonly #signal: AbortSignal;
  #visitors = 0;

  /** @param signal closes it */
  constructor(calls: HouseCalls, correspondent: Correspondent, lines: HouseLines, signal: AbortSignal) {
    this.#calls = calls;
    this.#correspondent = correspondent;
    this.#lines = lines;
    this.#signal = signal;
  }

  /** Somebody calls: lets them in if they are a house of the account, and shows what they ask for. */
  ring(call: Call, answer: (answer: Call) => void): void {
    if (this.#visitors >= MOST_VISITORS) return;
    this.#visitors++;
    void this.#receive(call, answer).catch(() => undefined).finally(() => this.#visitors--);
  }

  async #receive(call: Call, answer: (answer: Call) => void): Promise<void> {
    const { did } = this.#correspondent;
    const family = await familyOf(this.#calls, this.#correspondent);
    if (family === undefined) return;
    const channel = await this.#lines.take(family, call, signedIn(this.#calls, did), answer, this.#signal);
    if (channel !== undefined) await receiveVisit(this.#calls, did, channel);
  }
}

/** What two houses of an account know of each other; undefined where the account has another mirror, or none. */
export async function familyOf(calls: HouseCalls, { did, url }: Correspondent): Promise<Family | undefined> {
  const account = did as DidText;
  const [{ mirror }, { signingKey }] = await Promise.all([
    calls.get('app.holdfast.bridge.describe', { did: account }), calls.get('app.holdfast.account.describe', { did: account }),
  ]);
  if (mirror?.url !== url) return undefined;
  const { mirrorDid, clockAheadMs = 0 } = mirror;
  return { did, key: parseDidKey(signingKey), url, mirrorDid, clockAheadMs };
}

/** The house of this page signs. */
export function signedIn(calls: HouseCalls, did: string): SignFingerprints {
  return async (purpose, fingerprints) => (
    await calls.post('app.holdfast.bridge.hello', { did: did as DidText, purpose, fingerprints: [...fingerprints] })
  ).token;
}
