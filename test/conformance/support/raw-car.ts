import { cidOf, encodeCbor, writeVarint } from '../../../src/protocol/index.ts';
import type { CborMap, Cid } from '../../../src/protocol/index.ts';
import { readCar } from '../../../src/repo/index.ts';
import type { Block } from '../../../src/repo/index.ts';

/** A CAR with whatever stands in it: no hash is looked at. */
export function rawCar(roots: readonly Cid[], blocks: readonly Block[], version = 1): Uint8Array {
  const header = encodeCbor({ roots: [...roots], version });
  return Buffer.concat([framed(header), ...blocks.map(({ cid, bytes }) => framed(Buffer.concat([cid.bytes, bytes])))]);
}

function framed(bytes: Uint8Array): Uint8Array {
  const room = new Uint8Array(9);
  return Buffer.concat([room.subarray(0, writeVarint(bytes.length, room, 0)), bytes]);
}

export function blockOf(value: CborMap): Block {
  const bytes = encodeCbor(value);
  return { cid: cidOf(bytes), bytes };
}

/** The block with one bit turned over, under the CID that it had. */
export function flipped({ cid, bytes }: Block): Block {
  const copy = bytes.slice();
  copy[copy.length - 1]! ^= 1;
  return { cid, bytes: copy };
}

/** A CAR made of the blocks of another. */
export function changed(car: Uint8Array, change: (blocks: readonly Block[], root: Cid) => readonly Block[]): Uint8Array {
  const { root, blocks } = readCar(car);
  return rawCar([root], change(blocks, root));
}
