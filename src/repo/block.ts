import type { Cid } from '../protocol/index.ts';

/** Bytes and the CID they hash to. */
export interface Block {
  readonly cid: Cid;
  readonly bytes: Uint8Array;
}

/** Where blocks are read from. What it gives is not trusted: every reader of the engine checks the hash. */
export interface BlockReader {
  /** The blocks of `cids`, in their order; `undefined` where there is none. One call is one round trip. */
  read(cids: readonly Cid[]): Promise<readonly (Uint8Array | undefined)[]>;
  /** As `read`, for who keeps nothing of it: the bytes may be part of a larger memory, and are not copied. Not every reader has it. */
  readonly view?: BlockReader['read'];
  /** Blocks that lie apart cost it no more than neighbours do: a walk then asks for what it needs later, too. */
  readonly isScattered?: boolean;
}

/** What a store is asked to take in and to let go. */
export interface BlockChange {
  readonly put?: Iterable<Block>;
  readonly remove?: Iterable<Cid>;
}

/** The port behind which an environment keeps the blocks of one repository. */
export interface BlockStore extends BlockReader {
  /**
   * Puts and removes in one step: all of it is there when the promise resolves, nothing of it when it rejects.
   * Putting what is there, and removing what is not, changes nothing. A block both put and removed stays.
   */
  apply(change: BlockChange): Promise<void>;
}
