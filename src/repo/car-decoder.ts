import { CborError, Cid, CID_SIZE, decodeCbor, HoldfastError, isBlockOf, isCidAt, readVarint } from '../protocol/index.ts';
import type { CborValue, Varint } from '../protocol/index.ts';
import type { Block } from './block.ts';
import type { Budget } from './budget.ts';
import { RepoError } from './errors.ts';

/** No block of a repository is larger, in bytes. */
export const MAX_BLOCK_BYTES = 2_000_000;

const MAX_HEADER_BYTES = 4_096;

/**
 * Takes a CAR v1 (https://ipld.io/specs/transport/car/carv1/) apart as it arrives: exactly one root, minimal varints,
 * CIDs of the protocol's one form, every block hashed. Keeps no more than one unfinished block.
 *
 * Blocks are views on the chunks they came in, so a chunk must not be written to again.
 */
export class CarDecoder {
  readonly #budget: Budget;
  #root: Cid | undefined;
  #buffer: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  /** Whether `#buffer` is ours to append to. */
  #owned = false;
  /** Where `#start` stands in the whole CAR. */
  #offset = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** The root of the header; `undefined` until `next` has met a block or the end of the header. */
  get root(): Cid | undefined {
    return this.#root;
  }

  /** @throws RepoError BudgetExceeded */
  push(piece: Uint8Array): void {
    this.#budget.takeBytes(piece.length);
    // A Buffer of Node would make views of the copies that are made of its blocks, and keep all of it for each.
    const chunk = new Uint8Array(piece.buffer, piece.byteOffset, piece.length);
    const rest = this.#end - this.#start;
    if (rest === 0) {
      this.#buffer = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      this.#owned = false;
      return;
    }
    if (!this.#owned || this.#buffer.length - this.#end < chunk.length) {
      // Doubling keeps many small chunks of one large block from costing its square.
      const grown = new Uint8Array(Math.max(rest * 2, rest + chunk.length));
      grown.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = grown;
      this.#start = 0;
      this.#end = rest;
      this.#owned = true;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /**
   * The next block, or `undefined` until more has been pushed.
   * @throws RepoError CarHeader, CarRoots, CarFrame, BlockTooLarge, BlockCid, BlockHash, BudgetExceeded
   */
  next(): Block | undefined {
    if (this.#root === undefined && !this.#readHeader()) return undefined;
    const at = this.#offset;
    const frame = this.#frame(MAX_BLOCK_BYTES + CID_SIZE, 'BlockTooLarge');
    if (frame === undefined) return undefined;
    if (frame.length <= CID_SIZE) throw new RepoError('CarFrame', 'A section of a CAR has no room for a block', { offset: at });
    if (!isCidAt(frame, 0)) throw new RepoError('BlockCid', 'The CID of a block is not CIDv1, SHA-256, dag-cbor or raw', { offset: at });
    const cid = new Cid(frame.subarray(0, CID_SIZE));
    const bytes = frame.subarray(CID_SIZE);
    if (!isBlockOf(cid, bytes)) {
      throw new RepoError('BlockHash', 'A block does not hash to its CID', { block: cid.toString(), offset: at });
    }
    this.#budget.takeBlock();
    return { cid, bytes };
  }

  /**
   * Says that nothing more comes, and gives the root.
   * @throws RepoError CarTruncated
   */
  end(): Cid {
    if (this.#root === undefined || this.#start !== this.#end) {
      throw new RepoError('CarTruncated', 'A CAR ends in the middle', { offset: this.#offset + this.#end - this.#start });
    }
    return this.#root;
  }

  #readHeader(): boolean {
    const bytes = this.#frame(MAX_HEADER_BYTES, 'CarHeader');
    if (bytes === undefined) return false;
    this.#root = rootOf(bytes, this.#offset - bytes.length);
    return true;
  }

  /** One length-prefixed section. */
  #frame(most: number, tooLarge: 'BlockTooLarge' | 'CarHeader'): Uint8Array | undefined {
    const length = this.#length();
    if (length === undefined) return undefined;
    if (length.value > most) throw new RepoError(tooLarge, `A section of a CAR is larger than ${most} bytes`, { offset: this.#offset });
    const start = this.#start + length.size;
    if (start + length.value > this.#end) return undefined;
    this.#start = start + length.value;
    this.#offset += length.size + length.value;
    return this.#buffer.subarray(start, this.#start);
  }

  #length(): Varint | undefined {
    try {
      return readVarint(this.#buffer, this.#start, this.#end);
    } catch (cause) {
      if (!(cause instanceof HoldfastError)) throw cause;
      const place = { ...cause.details, offset: this.#offset };
      throw new RepoError('CarFrame', 'The length of a section of a CAR is not a minimal varint', place, cause);
    }
  }
}

/** The one root of a header that begins at `offset`. */
function rootOf(bytes: Uint8Array, offset: number): Cid {
  let header: CborValue;
  try {
    header = decodeCbor(bytes);
  } catch (cause) {
    if (!(cause instanceof CborError)) throw cause;
    const place = { reason: cause.reason, offset: offset + Number(cause.details['offset']) };
    throw new RepoError('CarHeader', 'The header of a CAR is not canonical DAG-CBOR', place, cause);
  }
  const { roots, version } = (header ?? {}) as { readonly roots?: CborValue; readonly version?: CborValue };
  if (version !== 1 || !Array.isArray(roots) || Object.keys(header as object).length !== 2) {
    throw new RepoError('CarHeader', 'The header of a CAR is {roots, version: 1}', { offset });
  }
  const [root] = roots as readonly CborValue[];
  if (roots.length !== 1 || !(root instanceof Cid)) {
    throw new RepoError('CarRoots', 'The CAR of a repository has exactly one root, its commit', { roots: roots.length });
  }
  return root.detached();
}
