import { decodeCbor, toJson } from '../../protocol/index.ts';
import type { JsonMap } from '../../protocol/index.ts';
import type { FoundChange } from '../jobs/compare-types.ts';

/** Read so many bytes at once: one read for each record would take a minute for 100,000. */
const WINDOW = 1_048_576;

/** Reads the records of a file that was compared, in the JSON form. */
export class FileValues {
  readonly #values: Blob;
  #from = 0;
  #window = new Uint8Array(0);

  constructor(values: Blob) {
    this.#values = values;
  }

  async read({ at, size }: Pick<FoundChange, 'at' | 'size'>): Promise<JsonMap> {
    if (at < this.#from || at + size > this.#from + this.#window.length) {
      const window = new Uint8Array(await this.#values.slice(at, at + Math.max(size, WINDOW)).arrayBuffer());
      this.#from = at;
      this.#window = window;
    }
    const start = at - this.#from;
    // A record is a map, and was verified.
    return toJson(decodeCbor(this.#window.slice(start, start + size))) as JsonMap;
  }
}
