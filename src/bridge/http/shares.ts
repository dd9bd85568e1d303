/** What several share: no more than there is, and nobody more than a part of it. */
export class Shares {
  readonly #most: number;
  readonly #mostOfOne: number;
  readonly #of = new Map<string, number>();
  #all = 0;

  constructor(most: number, mostOfOne: number) {
    this.#most = most;
    this.#mostOfOne = mostOfOne;
  }

  /** Takes so much, or nothing where there is less. Whoever is told from nobody else, `undefined`, may have all there is. */
  take(name: string | undefined, amount: number): boolean {
    const own = name === undefined ? 0 : (this.#of.get(name) ?? 0) + amount;
    if (this.#all + amount > this.#most || own > this.#mostOfOne) return false;
    this.#all += amount;
    if (name !== undefined) this.#of.set(name, own);
    return true;
  }

  give(name: string | undefined, amount: number): void {
    this.#all -= amount;
    if (name === undefined) return;
    const own = (this.#of.get(name) ?? 0) - amount;
    if (own > 0) this.#of.set(name, own);
    else this.#of.delete(name);
  }
}
