import type { Item } from './generator.ts';

export type Action = 'create' | 'update' | 'delete';

/** A `#commit` in plain words, so that every peer reads the same. */
export interface Message {
  readonly did: string;
  readonly commit: string;
  readonly prevData: string;
  readonly car: Uint8Array;
  readonly ops: readonly { readonly action: Action; readonly path: string; readonly cid: string | null; readonly prev?: string }[];
  /** The message as Holdfast has it. */
  readonly original: unknown;
}

/** A repository held by one implementation, in memory, signing nothing: signing costs everyone the same. */
export interface Held {
  /** One commit of one write: record, tree, covering proof, commit object; what it made is stored. */
  write(action: Action, item: Item): Promise<void>;
  /** The root of its tree, as text. */
  root(): Promise<string>;
  /** The whole repository as CAR bytes, depth first where the implementation has an order; gives their count. */
  export(): Promise<number>;
  /** The same with the hash of every block checked, as a store that may rot wants it. */
  exportChecked?(): Promise<number>;
}

/** An implementation under measurement. What it does not have is left out and shown as a dash. */
export interface Peer {
  readonly name: string;
  /** From records to a commit with a finished tree; gives the root as text. */
  build?(items: readonly Item[]): Promise<string>;
  /** Opens the repository of a CAR. */
  open(car: Uint8Array): Promise<Held>;
  /** Verifies a CAR in full: every hash, tree, record, signature. Gives the count of records. */
  verifyCar(car: Uint8Array): Promise<number>;
  /** The same from a file, in the way that takes least memory. */
  verifyFile?(path: string): Promise<number>;
  /** Verifies one `#commit`: blocks, operations, inversion to prevData, signature. Throws when it is wrong. */
  verifyMessage(message: Message): Promise<void>;
}
