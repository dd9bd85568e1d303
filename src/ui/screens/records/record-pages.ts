import { searchText } from './summary.ts';
import type { JsonMap } from '../../../protocol/index.ts';

/** A record as a list holds it. */
export interface Row {
  readonly rkey: string;
  readonly cid: string;
  readonly value: JsonMap;
}

/** One answer of the house: some rows, and where the next begin. */
export interface Page {
  readonly rows: readonly Row[];
  readonly cursor: string | undefined;
}

/** Asks the house for the rows after a cursor. */
export type FetchPage = (cursor: string | undefined) => Promise<Page>;

/** The rows of one collection, newest record key first, as far as they have been asked for. */
export class RecordPages {
  #fetch: FetchPage;
  #changed: () => void;
  #rows: Row[] = [];
  #cursor: string | undefined;
  /** The last key of what the house has told: everything above it is in the rows. */
  #until: string | undefined;
  #asking: Promise<void> | undefined;
  #search = new WeakMap<Row, string>();
  /** Whether the last row of the collection is there. */
  complete = false;
  /** Why the last page could not be had; what was loaded before stays. */
  error: unknown;

  /** `changed` is called after every change of what is there. */
  constructor(fetch: FetchPage, changed: () => void) {
    this.#fetch = fetch;
    this.#changed = changed;
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }

  get loading(): boolean {
    return this.#asking !== undefined;
  }

  /** Asks for one page more, unless one is under way or all is there. Never rejects: see `error`. */
  more(): Promise<void> {
    if (this.complete) return Promise.resolve();
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
      this.#changed();
    });
    return this.#asking;
  }

  /** Asks for page after page until all is there, one fails, or `signal` is aborted. */
  async all(signal: AbortSignal): Promise<void> {
    this.error = undefined;
    while (!this.complete && this.error === undefined && !signal.aborted) await this.more();
  }

  /** Puts a new or changed record in its place; one behind the last loaded row comes with its page. */
  put(row: Row): void {
    const at = this.#rows.findIndex(({ rkey }) => rkey <= row.rkey);
    if (at === -1) {
      if (!this.complete && (this.#until === undefined || row.rkey < this.#until)) return;
      this.#rows = [...this.#rows, row];
    } else if (this.#rows[at]?.rkey === row.rkey) {
      this.#rows = this.#rows.with(at, row);
    } else {
      this.#rows = this.#rows.toSpliced(at, 0, row);
    }
    this.#changed();
  }

  /** Takes records out that are no more. */
  remove(rkeys: ReadonlySet<string>): void {
    const rows = this.#rows.filter(({ rkey }) => !rkeys.has(rkey));
    if (rows.length === this.#rows.length) return;
    this.#rows = rows;
    this.#changed();
  }

  /** The loaded rows that have the words in a text of theirs or in their key. */
  filtered(words: string): readonly Row[] {
    const wanted = words.trim().toLowerCase();
    if (wanted === '') return this.#rows;
    return this.#rows.filter((row) => this.#textOf(row).includes(wanted));
  }

  #textOf(row: Row): string {
    let text = this.#search.get(row);
    if (text === undefined) {
      text = `${row.rkey}\n${searchText(row.value)}`.toLowerCase();
      this.#search.set(row, text);
    }
    return text;
  }

  async #ask(): Promise<void> {
    try {
      const { rows, cursor } = await this.#fetch(this.#cursor);
      this.error = undefined;
      this.#rows = [...this.#rows, ...rows];
      this.#until = rows.at(-1)?.rkey ?? this.#until;
      this.#cursor = cursor;
      this.complete = cursor === undefined || rows.length === 0;
    } catch (error) {
      this.error = error;
    }
  }
}
