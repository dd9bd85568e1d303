import { Cid, encodeCbor, HoldfastError } from '../../src/protocol/index.ts';
import type { CborMap, CborValue } from '../../src/protocol/index.ts';
import type { Random } from './random.ts';

/** What a target reads by. Another can be given in its place, to see what becomes of that. */
export type Decoder<Read> = (input: Uint8Array) => Read;

/** One reader of what comes from outside, under the fuzzer. */
export interface Target {
  /** Right inputs, and wrong ones that somebody wrote down: what mutation begins with. */
  readonly seeds: readonly Uint8Array[];
  /** Pieces that inputs are made of. */
  readonly tokens: readonly Uint8Array[];
  /** The errors by which it refuses; any other is a crash. */
  readonly refusals: readonly (abstract new (...args: never[]) => Error)[];
  /**
   * Reads an input and, where it is accepted, writes it again and compares. Gives a word for what it was.
   * @throws Disagreement, or what it refuses by
   */
  read(input: Uint8Array): string | Promise<string>;
  /** A change that knows the form of the input, and so gets deeper than one of bytes. */
  reshaped?(input: Uint8Array, random: Random): Uint8Array | Promise<Uint8Array>;
}

/** What was accepted and is not what was read. */
export class Disagreement extends Error {
  override readonly name = 'Disagreement';
}

/** @throws Disagreement unless both are the same bytes */
export function assertSame(found: Uint8Array, wanted: Uint8Array, what: string): void {
  if (Buffer.compare(found, wanted) !== 0) throw new Disagreement(`${what}: ${hex(found)} is not ${hex(wanted)}`);
}

/**
 * Whether all of `part` is in `whole`: a reader that passes over fields it does not know has read no more than that.
 * @throws Disagreement where it is not
 */
export function assertPart(part: CborValue, whole: CborValue, what: string): void {
  if (Array.isArray(part) && Array.isArray(whole) && part.length === whole.length) {
    for (const [index, item] of part.entries()) assertPart(item, whole[index]!, `${what}[${index}]`);
  } else if (isMap(part) && isMap(whole)) {
    for (const [name, value] of Object.entries(part)) {
      if (!Object.hasOwn(whole, name)) throw new Disagreement(`${what} has no ${name}`);
      assertPart(value, whole[name]!, `${what}.${name}`);
    }
  } else {
    assertSame(encodeCbor(part), encodeCbor(whole), what);
  }
}

function isMap(value: CborValue): value is CborMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array) && !(value instanceof Cid);
}

function hex(bytes: Uint8Array): string {
  return bytes.length <= 64 ? Buffer.from(bytes).toString('hex') : `${Buffer.from(bytes.subarray(0, 64)).toString('hex')}… of ${bytes.length} bytes`;
}

/** What became of an input, in words that are few for each target: the word of the target, or the reason of the refusal. */
export async function outcomeOf(target: Target, input: Uint8Array): Promise<string> {
  try {
    return `accepted ${await target.read(input)}`.trim();
  } catch (error) {
    if (!(error instanceof HoldfastError) || !target.refusals.some((kind) => error instanceof kind)) throw error;
    const { reason, fault, field } = error.details;
    return [error.code, fault, reason, field].filter((word) => word !== undefined).join(' ');
  }
}

export const textBytes = (text: string): Uint8Array => new TextEncoder().encode(text);
