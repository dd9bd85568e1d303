/** So many requests of one caller in one window. */
export interface RateLimitOptions {
  readonly most: number;
  readonly windowMs: number;
  /** Milliseconds since 1970; `Date.now` by default. */
  readonly now?: () => number;
}

/** What a caller has left. */
export interface Rate {
  readonly isOver: boolean;
  /** `RateLimit-*`, as the network's servers give them. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Counts the requests of each caller, from window to window. */
export class RateLimit {
  readonly #most: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  #ends = 0;
  /** Counts of this window alone: what is kept is bounded by the requests of one. */
  #counts = new Map<string, number>();

  constructor({ most, windowMs, now = Date.now }: RateLimitOptions) {
    this.#most = most;
    this.#windowMs = windowMs;
    this.#now = now;
  }

  /** Counts one request. */
  count(caller: string): Rate {
    const now = this.#now();
    if (now >= this.#ends) {
      this.#ends = now + this.#windowMs;
      this.#counts = new Map();
    }
    const count = (this.#counts.get(caller) ?? 0) + 1;
    this.#counts.set(caller, count);
    return {
      isOver: count > this.#most,
      headers: {
        'ratelimit-limit': String(this.#most),
        'ratelimit-remaining': String(Math.max(this.#most - count, 0)),
        'ratelimit-reset': String(Math.ceil(this.#ends / 1000)),
        'ratelimit-policy': `${this.#most};w=${this.#windowMs / 1000}`,
        ...(count > this.#most && { 'retry-after': String(Math.ceil((this.#ends - now) / 1000)) }),
      },
    };
  }
}
