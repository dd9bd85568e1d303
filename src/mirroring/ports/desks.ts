import type { Cid, Did, PublicKey, Tid } from '../../protocol/index.ts';
import type { CommitMessage } from '../../repo/index.ts';
import type { Call, HouseMessage, MirrorMessage } from '../messages.ts';
import type { Receipt } from '../receipt.ts';

/** A commit without a receipt. */
export interface Outgoing {
  readonly rev: Tid;
  /** Blobs that it names for the first time, or again. */
  readonly blobs: readonly Cid[];
  readonly message: CommitMessage;
}

/** What the house has decided to do with the mirror. */
export type NextStep =
  /** Send the commits after this rev; all that wait where it is left out. */
  | { readonly next: 'send'; readonly after?: Tid }
  /** Hand the whole repository over first. */
  | { readonly next: 'hand-over' }
  /** Nothing: there is an alarm, or a pause. */
  | { readonly next: 'stop' };

/** The port by which the conversation asks the house: by XRPC from a page, directly in the worker. It holds the rules. */
export interface HouseDesk {
  /** With a fresh token. */
  hello(): Promise<HouseMessage & { readonly type: '#hello' }>;
  /** @param sentAt when `#hello` went out, @param receivedAt when the welcome came: milliseconds of the house's clock */
  greet(welcome: MirrorMessage & { readonly type: '#welcome' }, sentAt: number, receivedAt: number): Promise<NextStep>;
  /** Oldest first. */
  outbox(after: Tid | undefined, limit: number): Promise<readonly Outgoing[]>;
  /** Sends blobs to the mirror, by HTTP. */
  sendBlobs(cids: readonly Cid[]): Promise<void>;
  /** Checks the receipt, and lets go of what it covers. */
  settle(receipt: Receipt): Promise<void>;
  refused(reject: MirrorMessage & { readonly type: '#reject' }): Promise<NextStep>;
  /** Sends the whole repository, by HTTP. */
  handOver(): Promise<void>;
  /** Another house of the account calls. Left out, nobody is here who could answer. */
  ring?(call: Call, answer: (answer: Call) => void): void;
}

/** The port by which the conversation asks the mirror. What it throws as MirrorRefusal becomes a `#reject`. */
export interface MirrorDesk {
  /** Who that is: the token is right, and the account is kept here. */
  hello(hello: HouseMessage & { readonly type: '#hello' }): Promise<MirrorMessage & { readonly type: '#welcome' }>;
  /** Resolves when it is durable. */
  commit(did: Did, message: CommitMessage): Promise<Receipt>;
  /** Those of the blobs that are not here. */
  missing(did: Did, blobs: readonly Cid[]): Promise<readonly Cid[]>;
  /**
   * Tells of every commit that becomes the head of the account, whoever sent it, until the returned function is called. Nobody has
   * been asked who is listening.
   */
  follow(did: Did, told: (rev: Tid) => void): () => void;
  /** Looks at the DID document again, and tells the network. */
  identity(did: Did): Promise<void>;
  /** Left out, houses cannot call each other here. */
  readonly calls?: {
    /**
     * Rings with every call for the account, until the returned function is called.
     * @param ring resolves when there is room for more, and never rejects
     */
    join(did: Did, ring: (call: Call) => Promise<void>): () => void;
    answer(did: Did, answer: Call): void;
  };
}

/** The port by which signing keys are found in DID documents. */
export interface SigningKeys {
  /**
   * The key that the DID document names `#atproto` now.
   * @param fresh ask the directory again, whatever is remembered
   * @throws MirrorRefusal IdentityUnknown
   */
  keyOf(did: Did, fresh?: boolean): Promise<PublicKey>;
}
