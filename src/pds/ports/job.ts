import type { Datetime, Did, Tid } from '../../protocol/index.ts';

/** A long job as its row says. */
export interface Job {
  readonly id: string;
  readonly kind: 'restore' | 'save' | 'compact' | 'verify' | 'compare' | 'unpack' | 'check' | 'mend' | 'rescue';
  readonly state: 'running' | 'done' | 'failed' | 'cancelled' | 'stopped';
  readonly did?: Did;
  readonly startedAt: Datetime;
  readonly endedAt?: Datetime;
  readonly done: number;
  /** 0 while it is not known. */
  readonly total: number;
  readonly unit: 'bytes' | 'records' | 'blobs';
  readonly error?: { readonly code: string; readonly message: string };
  readonly result?: { readonly records?: number; readonly bytes?: number; readonly rev?: Tid; readonly fileName?: string };
}

/** Rows of jobs. One that says `running` though its worker is gone (its Web Lock `job:<id>` is free) reads as `stopped`. */
export interface JobStore {
  /** All of them, newest first. */
  list(): Promise<readonly Job[]>;
  put(job: Job): Promise<void>;
  /** Forgets what ended more than a day ago. */
  prune(): Promise<void>;
}
