import { HoldfastError } from '../../src/protocol/index.ts';
import { readCorpus } from './corpus.ts';
import type { Desk } from './desk.ts';
import { MAX_INPUT_BYTES, MAX_RISE_BYTES } from './limits.ts';
import { mutated } from './mutate.ts';
import { Random } from './random.ts';
import { outcomeOf } from './target.ts';
import type { Target } from './target.ts';
import { targetOf } from './targets.ts';

/** What a run is. */
export interface LoopOptions {
  readonly target: string;
  readonly seed: number;
  /** Seconds of a processor, after which it ends; a number of inputs, where a run is to be the same to the last. */
  readonly seconds: number;
  readonly inputs?: number | undefined;
  /** Reads this and no other. */
  readonly replay?: Uint8Array | undefined;
}

/** What a run met. */
export interface Findings {
  /** For each outcome the shortest input that has it. */
  readonly found: ReadonlyMap<string, Uint8Array>;
  /** A number that two runs share if all their inputs were the same. */
  readonly digest: number;
}

/** Reads inputs until its time is over. All that it does follows from target, corpus and seed. */
export class Loop {
  readonly #target: Target;
  readonly #options: LoopOptions;
  readonly #desk: Desk;
  readonly #random: Random;
  readonly #seeds: readonly Uint8Array[];
  readonly #found = new Map<string, Uint8Array>();
  #pool: readonly Uint8Array[];
  #digest = 0;

  constructor(options: LoopOptions, desk: Desk) {
    this.#target = targetOf(options.target);
    this.#options = options;
    this.#desk = desk;
    this.#random = new Random(options.seed);
    const { replay } = options;
    this.#seeds = replay === undefined ? [...this.#target.seeds, ...readCorpus(options.target).values()] : [replay];
    this.#pool = this.#seeds;
  }

  /** @throws what is wrong with the target; the input is on the desk */
  async run(): Promise<Findings> {
    const start = this.#spent();
    for (const input of this.#seeds) await this.#read(input);
    const { seconds, replay } = this.#options;
    const inputs = replay === undefined ? this.#options.inputs ?? Infinity : 0;
    while (this.#desk.count < inputs) {
      if (this.#desk.count % 16 === 0 && this.#spent() - start > seconds) break;
      await this.#read(await this.#next());
    }
    return { found: this.#found, digest: this.#digest };
  }

  #spent(): number {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }

  async #next(): Promise<Uint8Array> {
    const { reshaped, tokens } = this.#target;
    if (reshaped !== undefined && this.#random.below(2) === 0) {
      try {
        return (await reshaped(this.#random.pick(this.#pool), this.#random)).slice(0, MAX_INPUT_BYTES);
      } catch (error) {
        // What is too spoilt to have a form is changed by its bytes.
        if (!(error instanceof HoldfastError)) throw error;
      }
    }
    return mutated(this.#random, this.#pool, tokens);
  }

  async #read(input: Uint8Array): Promise<void> {
    this.#desk.lay(input);
    for (const byte of input) this.#digest = (Math.imul(this.#digest, 31) + byte) | 0;
    const before = peakBytes();
    const outcome = await outcomeOf(this.#target, input);
    const rise = peakBytes() - before;
    if (rise > MAX_RISE_BYTES) throw new Error(`One input of ${input.length} bytes took ${Math.round(rise / 1e6)} MB of memory.`);
    const known = this.#found.get(outcome);
    if (known !== undefined && known.length <= input.length) return;
    this.#found.set(outcome, input);
    this.#pool = [...this.#seeds, ...this.#found.values()];
  }
}

/** The most memory that the process ever had. */
function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}
