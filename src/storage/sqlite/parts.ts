import { readCid } from '../../protocol/index.ts';
import type { Cid } from '../../protocol/index.ts';
import { MirrorStoreError } from '../../mirroring/index.ts';
import type { NewEvent, StoredEvent } from '../../mirroring/index.ts';
import type { AccountRow, AccountRows, NewHead } from './account-rows.ts';
import type { AlertRows } from './alert-rows.ts';
import type { BlobRows } from './blob-rows.ts';
import type { BlockRows } from './block-rows.ts';
import type { Database } from './database.ts';
import type { EventRows } from './event-rows.ts';
import type { HostRows } from './host-rows.ts';
import type { InvitationRows } from './invitation-rows.ts';
import type { KitRows } from './kit-rows.ts';
import type { OperationRows } from './operation-rows.ts';
import type { Sweeper } from './sweeper.ts';
import type { UploadRows } from './upload-rows.ts';

/** How long what is dead or replaced stays for those who read while it is, in milliseconds. */
export const GRACE_MS = 3_600_000;
/** Rows that are deleted before others have their turn. */
export const BATCH = 200;

/** What a store and its copy writers work with. */
export interface StoreParts {
  readonly database: Database;
  readonly accounts: AccountRows;
  readonly blocks: BlockRows;
  readonly blobs: BlobRows;
  readonly uploads: UploadRows;
  readonly events: EventRows;
  readonly hosts: HostRows;
  readonly operations: OperationRows;
  readonly invitations: InvitationRows;
  readonly kits: KitRows;
  readonly alerts: AlertRows;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Deletes what copies and blobs that are no more have left. */
  readonly sweeper: Sweeper;
}

/** @throws MirrorStoreError HeadMoved */
export function checkHead({ did, head_cid }: Pick<AccountRow, 'did' | 'head_cid'>, expected: Cid | undefined): void {
  const head = head_cid === null ? undefined : readCid(head_cid);
  if (head === undefined || expected === undefined ? head === expected : head.equals(expected)) return;
  throw new MirrorStoreError('HeadMoved', 'The account is at another commit by now; nothing was changed', {
    did, ...(head !== undefined && { head: head.toString() }),
  });
}

/** Points an account at a commit. Kits that were sealed for another key go. */
export function lead({ accounts, kits }: StoreParts, account: number, head: NewHead): void {
  accounts.lead(account, head);
  kits.removeOthers(account, head.signingKey);
}

/** Gives events their place in the log, within the transaction that makes them true. */
export function tell({ database, accounts, events, now }: StoreParts, account: Pick<AccountRow, 'id' | 'host_id' | 'host'>, news: readonly NewEvent[]): readonly StoredEvent[] {
  const time = now();
  const stored = events.add(account, news, time);
  // Of several commits the account is at the last.
  const head = stored.findLast((event) => event.head !== undefined)?.head;
  const telling = head && stored.find((event) => event.head?.cid.equals(head.cid));
  if (telling !== undefined) accounts.told(account.id, head!.cid, telling.seq, time);
  if (stored.length > 0) database.point('event');
  return stored;
}
