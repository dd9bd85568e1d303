import { setTimeout as pause } from 'node:timers/promises';
import { readEvent } from '../../support/event-facts.ts';
import { readFirehose } from '../../support/firehose-reader.ts';
import type { FirehoseReader } from '../../support/firehose-reader.ts';

const RETRY_MS = 20;

/** Reads a firehose from its beginning, and whenever its stream ends comes back by the cursor of what it saw last. */
export class LastingReader {
  readonly #host: string;
  readonly #frames: Uint8Array[] = [];
  #isOver = false;
  #reader: FirehoseReader | undefined;
  /** How often it has come back. */
  comebacks = -1;
  readonly #reading: Promise<void>;

  constructor(host: string) {
    this.#host = host;
    this.#reading = this.#read();
  }

  /** How many events it has been told. */
  get count(): number {
    return this.#frames.length + (this.#reader?.frames.length ?? 0);
  }

  /** Ends its stream, as if the line were lost, and comes back. */
  stumble(): void {
    this.#reader?.close();
  }

  /** Ends it. @returns all that it was ever told, in the order in which it came */
  async end(): Promise<readonly Uint8Array[]> {
    this.#isOver = true;
    this.#reader?.close();
    await this.#reading;
    return this.#frames;
  }

  async #read(): Promise<void> {
    while (!this.#isOver) {
      const last = this.#frames.at(-1);
      const reader = await readFirehose(this.#host, last === undefined ? 0 : readEvent(last).seq as number).catch(() => undefined);
      if (reader === undefined) {
        await pause(RETRY_MS);
        continue;
      }
      this.comebacks++;
      this.#reader = reader;
      if (this.#isOver) reader.close();
      await reader.ended;
      this.#reader = undefined;
      this.#frames.push(...reader.frames as Uint8Array[]);
    }
  }
}
