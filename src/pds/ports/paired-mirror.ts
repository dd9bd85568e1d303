import type { Cid, Datetime, Did, Handle, lexicons, Tid } from '../../protocol/index.ts';

/** What a mirror confirmed last, with its signature as it came. */
export interface Acknowledged {
  readonly commit: Cid;
  readonly rev: Tid;
  readonly seq: number;
  readonly time: Datetime;
  readonly sig: Uint8Array;
}

/** Why a bridge stands still. */
export type AlarmCode = 'rollback' | 'fork' | 'mirror-key' | 'receipt' | 'refused' | 'moved' | 'clock';

/** An alarm: the bridge does nothing until its owner has answered. */
export interface Alarm {
  readonly code: AlarmCode;
  /** In words: first whether the data is safe, then what happened. */
  readonly message: string;
  readonly time: Datetime;
  readonly rev?: Tid;
}

/** A record that was changed here and in another house, and the commit that decided between them. */
export interface Conflict {
  readonly rev: Tid;
  readonly path: string;
  /** A mirror of before had confirmed what was here: what the other house has stands, and the version of here is the other one. */
  readonly isTheirs?: boolean;
}

/** As an alarm, but nothing stops. */
export interface Notice extends Omit<Alarm, 'code'> {
  readonly code: 'withheld' | 'conflict';
  /** Records that two houses changed: where history has the other version. */
  readonly conflicts?: readonly Conflict[];
  /** How many there are beside those. */
  readonly unlisted?: number;
}

/** Another mirror, which holds what the first has confirmed, and can take its place. */
export interface Standby {
  /** Its origin. */
  readonly url: string;
  readonly mirrorDid: Did;
  readonly addedAt: Datetime;
  readonly clockAheadMs: number;
  /** The origin of the mirror that it was told to follow; left out while it has to be told. */
  readonly follows?: string;
  /** What it held when it was asked last. */
  readonly held?: { readonly rev: Tid; readonly time: Datetime; readonly missingBlobs: number };
  /** What it said, or that it said nothing, when it was asked last; left out where all was well. */
  readonly trouble?: string;
  /** What the account takes there, and may; older ones do not say. */
  readonly usage?: lexicons.AppHoldfastMirrorDefs.Usage;
}

/** The mirror of an account, as the house knows it. */
export interface PairedMirror {
  /** Its origin. */
  readonly url: string;
  /** `did:web` of the mirror, the audience of tokens. */
  readonly mirrorDid: Did;
  /** `did:key` that signs its receipts, pinned when the pairing began. */
  readonly key: string;
  /** `pairing` until the DID document names it; then commits wait for it in the outbox. */
  readonly state: 'pairing' | 'active';
  readonly isPaused: boolean;
  readonly pairedAt: Datetime;
  /** Under a domain of the mirror. */
  readonly handle?: Handle;
  /** The account came here with a name of its owner's own domain, and keeps it. */
  readonly keepsName?: boolean;
  readonly acknowledged?: Acknowledged;
  readonly alarm?: Alarm;
  /** What is worth a word and stops nothing, until its owner has read it. */
  readonly notice?: Notice;
  /** A word that goes by itself: the reader lacks what the mirror has confirmed. */
  readonly withheld?: Notice;
  /** The owner has answered an alarm: everything is sent again, whatever the mirror holds. */
  readonly resend?: boolean;
  /** A commit of another house that what is here was made on: this house may replace it. */
  readonly builtOn?: Cid;
  /** By how many milliseconds the clock of this device was ahead of the mirror's when they last met. */
  readonly clockAheadMs?: number;
  /** Blobs that records name and the mirror lacks, which could not be sent when that was tried last. */
  readonly missingBlobs?: number;
  /** What an independent reader, a relay, had of the account, and when it was asked; and the receipt that it was first found to lack. */
  readonly reader?: { readonly url: string; readonly rev?: Tid; readonly time: Datetime; readonly lacks?: { readonly rev: Tid; readonly since: Datetime } };
  /** Since when it has turned this house away for its key, which the DID names as far as anybody says. */
  readonly turnedAwaySince?: Datetime;
  /** As the mirror said when it was asked last; older ones do not say. */
  readonly usage?: lexicons.AppHoldfastMirrorDefs.Usage;
  readonly standbys?: readonly Standby[];
  /** While it is paired: the mirror that serves the account until the DID document names this one, as it was. */
  readonly from?: Omit<PairedMirror, 'from'>;
  /** Mirrors that were left for this one and have not confirmed that they deleted their copy. */
  readonly leaving?: readonly { readonly url: string; readonly mirrorDid: Did }[];
}
