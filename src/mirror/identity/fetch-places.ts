import { FetchError } from './fetch-error.ts';

/** So many documents are fetched at once, and so many from servers of one domain. */
const MOST = 32;
const MOST_OF_DOMAIN = 8;

/** Places for those who fetch what anybody has named, so that servers that do not answer take no more than these. */
export class FetchPlaces {
  readonly #taken = new Map<string, number>();
  #all = 0;

  /** Does the work where there is a place for it. @throws FetchError Busy; what `work` throws */
  async run<Result>(hostname: string, work: () => Promise<Result>): Promise<Result> {
    // Whoever has a domain has as many names under it as they like.
    const domain = hostname.split('.').slice(-2).join('.');
    const taken = this.#taken.get(domain) ?? 0;
    if (this.#all >= MOST || taken >= MOST_OF_DOMAIN) throw new FetchError('Busy', 'Too many servers are being asked', { hostname });
    this.#all++;
    this.#taken.set(domain, taken + 1);
    try {
      return await work();
    } finally {
      this.#all--;
      const left = this.#taken.get(domain)! - 1;
      if (left > 0) this.#taken.set(domain, left);
      else this.#taken.delete(domain);
    }
  }
}
