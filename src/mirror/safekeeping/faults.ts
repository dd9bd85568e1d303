import type { Did } from '../../protocol/index.ts';
import { reasonOf } from '../log.ts';

/** Something that is not as it was stored. */
export interface Fault {
  /** Whose it is; left out where it is nobody's alone. */
  readonly did?: Did;
  /** In a sentence without a dot: what is wrong, and where. */
  readonly message: string;
}

/** Of one account; who has that many has them for one reason. */
const MOST = 20;

/** Collects what is wrong with one account, or with what is nobody's alone, and says of what is left out how much it is. */
export class Faults {
  readonly #did: Did | undefined;
  readonly #messages: string[] = [];
  #more = 0;

  constructor(did?: Did) {
    this.#did = did;
  }

  add(message: string): void {
    if (this.#messages.length < MOST) this.#messages.push(message);
    else this.#more++;
  }

  /** Does work; that it throws is a fault. */
  async during<Result>(what: string, work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      this.add(`${what}: ${reasonOf(error)}`);
      return undefined;
    }
  }

  list(): readonly Fault[] {
    const messages = this.#more > 0 ? [...this.#messages, `and ${this.#more} more like these`] : this.#messages;
    return messages.map((message) => ({ ...(this.#did !== undefined && { did: this.#did }), message }));
  }
}

/** How far long work has come. */
export interface Progress {
  readonly what: 'accounts' | 'events' | 'blobs' | 'pages of the database';
  readonly done: number;
  /** Where that is known. */
  readonly of?: number;
}

export type OnProgress = (progress: Progress) => void;
