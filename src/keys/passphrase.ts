import { CROCKFORD, typedCrockford } from './crockford.ts';
import { KeysError } from './errors.ts';
import { sameBytes } from './secret.ts';

/** A passphrase that Holdfast generated, as it is written: `7K3QF-0M2ZX-…`. Exactly this text opens the `age` file. */
export type Passphrase = string & { readonly __brand: 'Passphrase' };

const BITS = 5;
const GROUPS = 4;
const GROUP = 5;
const CHECKS = 2;
const RANDOM = GROUPS * GROUP - CHECKS;
/** More than anybody types for a passphrase, with whatever stands between the groups. */
const MAX_LENGTH = 128;

/** Bits of entropy of a generated passphrase: 18 characters of 5 bits; the other two are a checksum. */
export const PASSPHRASE_ENTROPY = RANDOM * BITS;

/** A new passphrase; all are equally likely. */
export function generatePassphrase(): Passphrase {
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM));
  // 256 is a multiple of 32, so the low bits are uniform and there is nothing to reject.
  const values = Array.from(bytes, (byte) => byte & (CROCKFORD.length - 1));
  bytes.fill(0);
  return format([...values, ...checksOf(values)]);
}

/**
 * Reads a passphrase as people write it (`typedCrockford`). Up to two wrong characters, and two that changed places, are always found; of
 * other slips 1 in 1,024 is not.
 * @throws KeysError PassphraseMistyped: `reason` is `length`, `character` (with its `position`, from 1) or `checksum`
 */
export function parsePassphrase(text: string): Passphrase {
  if (text.length > MAX_LENGTH) throw mistyped('length');
  const values: number[] = [];
  for (const typed of typedCrockford(text)) {
    const value = CROCKFORD.indexOf(typed);
    if (value === -1) throw new KeysError('PassphraseMistyped', { reason: 'character', position: values.length + 1 });
    values.push(value);
  }
  if (values.length !== RANDOM + CHECKS) throw mistyped('length');
  const given = Uint8Array.from(values.slice(RANDOM));
  if (!sameBytes(given, Uint8Array.from(checksOf(values.slice(0, RANDOM))))) throw mistyped('checksum');
  return format(values);
}

/** Whether both are the same; how long that takes says nothing of where they differ. */
export function samePassphrase(a: Passphrase, b: Passphrase): boolean {
  const encoder = new TextEncoder();
  return sameBytes(encoder.encode(a), encoder.encode(b));
}

function mistyped(reason: 'length' | 'checksum'): KeysError {
  return new KeysError('PassphraseMistyped', { reason });
}

function format(values: readonly number[]): Passphrase {
  const groups = Array.from({ length: GROUPS }, (_, group) =>
    values.slice(group * GROUP, (group + 1) * GROUP).map((value) => CROCKFORD[value]).join(''));
  return groups.join('-') as Passphrase;
}

/**
 * The two check symbols of a Reed-Solomon code over GF(32): with them, the polynomial of all symbols has the roots
 * α and α². Any two words of the code differ in three places at least.
 */
function checksOf(values: readonly number[]): readonly [number, number] {
  // The generator (z + α)(z + α²) = z² + (α + α²)z + α³; the remainder is taken symbol by symbol.
  let [high, low] = [0, 0];
  for (const value of values) {
    const lead = value ^ high;
    [high, low] = [low ^ multiply(lead, ALPHA ^ ALPHA_2), multiply(lead, ALPHA_3)];
  }
  return [high, low];
}

const ALPHA = 2;
const ALPHA_2 = 4;
const ALPHA_3 = 8;
/** z⁵ + z² + 1, primitive over GF(2). */
const MODULUS = 0b100101;

function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = BITS - 1; bit >= 0; bit--) {
    product <<= 1;
    if ((product & (1 << BITS)) !== 0) product ^= MODULUS;
    if ((b & (1 << bit)) !== 0) product ^= a;
  }
  return product;
}
