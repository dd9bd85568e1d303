import { Budget, carBytes, readCar } from '../repo/index.ts';
import type { Block, Car } from '../repo/index.ts';
import type { Cid } from '../protocol/index.ts';

const LIMITS = { bytes: 5_000_000, blocks: 50_000, time: 30_000 };
/** The header of a CAR without a root: `{roots: [], version: 1}`, after its length. */
const NO_ROOT = Uint8Array.from(Buffer.from('11a265726f6f7473806776657273696f6e01', 'hex'));

/** A CAR that is no larger than an answer of ours may be. @throws RepoError */
export function readAnyCar(bytes: Uint8Array): Car {
  return readCar(bytes, new Budget(LIMITS));
}

/**
 * The blocks of a CAR that is about no commit, and so need not have a root.
 * @param root for a CAR without one
 * @throws RepoError
 */
export function looseBlocks(bytes: Uint8Array, root: Cid): readonly Block[] {
  const hasNone = NO_ROOT.every((byte, index) => bytes[index] === byte);
  return readAnyCar(hasNone ? Buffer.concat([carBytes(root, []), bytes.subarray(NO_ROOT.length)]) : bytes).blocks;
}
