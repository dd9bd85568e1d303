// New inputs out of old ones.
import { join } from '../vectors/refused/raw-cbor.ts';
import { edited } from '../refusals/mutations.ts';
import type { Edit } from '../refusals/mutations.ts';
import { MAX_INPUT_BYTES } from './limits.ts';
import type { Random } from './random.ts';

// Bytes that mean something to CBOR and CARs are likelier than they are by chance.
const TELLING = [0x00, 0x01, 0x17, 0x18, 0x1b, 0x3b, 0x40, 0x58, 0x60, 0x7b, 0x7f, 0x80, 0x9b, 0xa0, 0xa2, 0xd8, 0xf6, 0xf7, 0xfb, 0xff];

/**
 * One of the pool with a few changes; now and then the head of one with the tail of another, or a piece of it many times over.
 * @param tokens what an input of this kind is made of, put in as it is
 */
export function mutated(random: Random, pool: readonly Uint8Array[], tokens: readonly Uint8Array[]): Uint8Array {
  let bytes = random.pick(pool);
  if (random.below(10) === 0) bytes = spliced(random, bytes, random.pick(pool));
  if (random.below(200) === 0) bytes = multiplied(random, bytes);
  const changes = Array.from({ length: 1 + random.below(4) }, () => change(random, tokens));
  return edited(bytes, changes).slice(0, MAX_INPUT_BYTES);
}

function change(random: Random, tokens: readonly Uint8Array[]): Edit {
  const at = random.next();
  switch (random.below(6)) {
    case 0:
      return { kind: 'flip', at, bit: random.below(8) };
    case 1:
      return { kind: 'set', at, byte: someByte(random) };
    case 2:
      return { kind: 'insert', at, bytes: Uint8Array.from({ length: 1 + random.below(9) }, () => someByte(random)) };
    case 3:
      return { kind: 'delete', at, count: 1 + random.below(40) };
    case 4:
      return { kind: 'repeat', at, count: 1 + random.below(60) };
    default:
      return { kind: 'insert', at, bytes: tokens.length > 0 ? random.pick(tokens) : Uint8Array.of(someByte(random)) };
  }
}

function someByte(random: Random): number {
  return random.below(2) === 0 ? random.below(256) : random.pick(TELLING);
}

function spliced(random: Random, head: Uint8Array, tail: Uint8Array): Uint8Array {
  return join(head.slice(0, random.below(head.length + 1)), tail.slice(random.below(tail.length + 1)));
}

/** What takes time by the square of its length, or nests without end, shows in these. */
function multiplied(random: Random, bytes: Uint8Array): Uint8Array {
  const from = random.below(bytes.length + 1);
  const piece = bytes.slice(from, from + 1 + random.below(64));
  if (piece.length === 0) return bytes;
  const times = random.below(Math.floor(MAX_INPUT_BYTES / piece.length));
  return join(bytes.slice(0, from), ...Array.from({ length: times }, () => piece), bytes.slice(from));
}
