import type { Cid, Datetime, Did, Tid } from '../protocol/index.ts';
import type { CommitMessage } from '../repo/index.ts';
import type { CopyHead } from './ports/mirror-store.ts';
import type { Receipt } from './receipt.ts';

/** What a mirror takes (`app.holdfast.mirror.defs#limits`). */
export interface MirrorLimits {
  readonly blobBytes: number;
  readonly repoBytes: number;
  /** How far a rev may be ahead of the mirror, in milliseconds. */
  readonly aheadMs: number;
}

/** What a house says (`app.holdfast.mirror.converse`). */
export type HouseMessage =
  | { readonly type: '#hello'; readonly did: Did; readonly token: string; readonly version: string }
  | { readonly type: '#commit'; readonly message: CommitMessage }
  | { readonly type: '#offer'; readonly blobs: readonly Cid[] }
  | { readonly type: '#identity' }
  /** Takes the offer of another house. */
  | { readonly type: '#answer' } & Call;

/** What a mirror says. */
export type MirrorMessage =
  | {
    readonly type: '#welcome'; readonly head?: CopyHead; readonly seq?: number; readonly time: Datetime; readonly limits: MirrorLimits;
    /** How many operations of the DID it has seen that no house of the account has claimed. */
    readonly unclaimed?: number;
  }
  | { readonly type: '#ack'; readonly receipt: Receipt }
  | {
    readonly type: '#reject'; readonly rev?: Tid; readonly code: string; readonly message: string;
    readonly head?: CopyHead; readonly time: Datetime;
  }
  | { readonly type: '#want'; readonly blobs: readonly Cid[] }
  | { readonly type: '#noted' }
  /** Another house of the account has gone on: whoever is told meets the mirror anew. */
  | { readonly type: '#moved' }
  /** Another house of the account offers a direct connection. */
  | { readonly type: '#ring' } & Call;

/** An offer of a direct connection, or the answer to it, which a mirror passes on between two houses of one account. */
export interface Call {
  /** Which one: the mirror has named it. */
  readonly id: string;
  readonly sdp: string;
  /** Names the fingerprints of it; whoever reads it verifies it. */
  readonly token: string;
}
