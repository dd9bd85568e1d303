import type { Call } from '../mirroring/index.ts';
import type { Did } from '../protocol/index.ts';

type Ring = (call: Call) => Promise<void>;

/** How long a call rings, in milliseconds. */
const RING_MS = 10_000;
/** Of one account at a time. */
const MOST_CALLS = 8;

/**
 * Passes calls on between the houses of one account that are in conversation here, and the first answer back. What they say is theirs:
 * nothing of it is read or kept.
 */
export class Switchboard {
  readonly #houses = new Map<Did, Set<(call: Call) => void>>();
  readonly #calls = new Map<string, { readonly did: Did; readonly answered: (answer: Call | undefined) => void }>();
  readonly #ringMs: number;

  constructor({ ringMs = RING_MS }: { readonly ringMs?: number } = {}) {
    this.#ringMs = ringMs;
  }

  /**
   * @param ring resolves when there is room for more, and never rejects
   * @returns ends it
   */
  join(did: Did, ring: Ring): () => void {
    const houses = this.#houses.get(did) ?? new Set();
    let underWay = 0;
    const rung = (call: Call): void => {
      // A house that takes nothing is not there.
      if (underWay >= MOST_CALLS) return;
      underWay++;
      void ring(call).then(() => underWay--);
    };
    this.#houses.set(did, houses.add(rung));
    return () => {
      houses.delete(rung);
      if (houses.size === 0 && this.#houses.get(did) === houses) this.#houses.delete(did);
    };
  }

  /** Rings every house of the account, also that of whoever calls, which knows its own call. Undefined where nobody answers in time, or the signal ends it. */
  async call(did: Did, { sdp, token }: Omit<Call, 'id'>, signal?: AbortSignal): Promise<Omit<Call, 'id'> | undefined> {
    const houses = [...this.#houses.get(did) ?? []];
    const open = [...this.#calls.values()].filter((call) => call.did === did).length;
    if (houses.length === 0 || open >= MOST_CALLS || signal?.aborted === true) return undefined;
    const id = crypto.randomUUID();
    const { promise, resolve } = Promise.withResolvers<Call | undefined>();
    this.#calls.set(id, { did, answered: resolve });
    const giveUp = (): void => resolve(undefined);
    const timer = setTimeout(giveUp, this.#ringMs);
    signal?.addEventListener('abort', giveUp);
    try {
      for (const ring of houses) ring({ id, sdp, token });
      const answer = await promise;
      return answer && { sdp: answer.sdp, token: answer.token };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      this.#calls.delete(id);
    }
  }

  /** Counts if it is the first, of a house of the account that was called. */
  answer(did: Did, answer: Call): void {
    const call = this.#calls.get(answer.id);
    if (call?.did === did) call.answered(answer);
  }

  /** Ends all calls. */
  close(): void {
    for (const { answered } of this.#calls.values()) answered(undefined);
  }
}
