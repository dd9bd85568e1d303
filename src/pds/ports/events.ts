import type { Cid, Did, Tid } from '../../protocol/index.ts';
import type { Operation } from '../../repo/index.ts';
import type { OutboxEntry } from './house-store.ts';

/** The steps of making an account, in their order. */
export type CreationStep = 'keys' | 'genesis' | 'repository' | 'commit' | 'kit' | 'store';

/** The steps of pairing with a mirror, in their order. */
export type PairingStep = 'mirror' | 'directory' | 'enroll' | 'hand-over' | 'blobs' | 'identity' | 'activate';

/** What the feed tells (`app.holdfast.events.subscribe`). */
export type HouseEvent =
  | {
    readonly type: 'commit'; readonly did: Did; readonly rev: Tid; readonly cid: Cid; readonly operations: readonly Operation[];
    /** What waits for the mirror now, if there is one. */
    readonly outgoing?: OutboxEntry;
  }
  | { readonly type: 'accounts' | 'jobs' }
  /** `only`: nothing else has changed. */
  | { readonly type: 'mirrors'; readonly did: Did; readonly only?: 'receipt' | 'standbys' }
  /** Bytes of large blobs that the mirror holds, of those that are being sent. */
  | { readonly type: 'sending'; readonly did: Did; readonly done: number; readonly total: number }
  | {
    readonly type: 'step'; readonly request: string; readonly step: CreationStep | PairingStep;
    readonly state: 'running' | 'done'; readonly ms?: number;
  };

/** Who hears of events; after what they tell has become durable. */
export type Announce = (event: HouseEvent) => void;
