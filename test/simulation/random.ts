/** Numbers that only look drawn: the same seed gives the same ones (sfc32 of four words, mixed from the seed). */
export class Random {
  readonly #words: [number, number, number, number];

  constructor(seed: number) {
    this.#words = [seed | 0, (seed / 2 ** 32) | 0, 0x9e3779b9, 1];
    for (let round = 0; round < 12; round++) this.#next();
  }

  /** From 0 to below 1. */
  readonly fraction = (): number => this.#next() / 2 ** 32;

  /** A whole number from 0 to below `count`. */
  below(count: number): number {
    return Math.floor(this.fraction() * count);
  }

  /** Whether something happens that does so once in `times`. */
  oneIn(times: number): boolean {
    return this.fraction() * times < 1;
  }

  /** A number from `least` to below `most`. */
  between(least: number, most: number): number {
    return least + this.fraction() * (most - least);
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }

  /** Another row of numbers, so that what one part draws does not move what others draw. */
  fork(): Random {
    return new Random(this.#next() * 2 ** 20 + this.below(2 ** 20));
  }

  /** Puts bytes in the place of those that are there. */
  scatter(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length; index++) bytes[index] = this.#next() & 0xff;
  }

  #next(): number {
    const words = this.#words;
    const sum = (words[0] + words[1] + words[3]) | 0;
    words[3] = (words[3] + 1) | 0;
    words[0] = words[1] ^ (words[1] >>> 9);
    words[1] = (words[2] + (words[2] << 3)) | 0;
    words[2] = ((words[2] << 21) | (words[2] >>> 11)) + sum | 0;
    return sum >>> 0;
  }
}
