export { afterCommit } from './accounts/after-commit.ts';
export { takeKit } from './accounts/restore-account.ts';
export type { TakenKit } from './accounts/restore-account.ts';
export { withDetails } from './accounts/with-details.ts';
export { withNewKeys } from './accounts/with-new-keys.ts';
export { mediaTypeOf } from './blobs/media-type.ts';
export { EventFeed } from './event-feed.ts';
export { makeHost, MAX_BLOB_BYTES } from './host.ts';
export type { Host, HostOptions, ServerDescription } from './host.ts';
export type { PdsOptions, Usage } from './house.ts';
export { READ_METHODS } from './methods.ts';
export { fetchBlobs } from './mirroring/fetch-blobs.ts';
export { describeMirror } from './mirroring/mirror-client.ts';
export type { MirrorDescription } from './mirroring/mirror-client.ts';
export type { Correspondent } from './mirroring/correspondents.ts';
export { repositoriesOf } from './mirrored-repositories.ts';
export { latestCommit } from './mirroring/public-reads.ts';
export { HISTORY_LIMIT, isUnconfirmed } from './ports/account.ts';
export type { Account, AccountDetails, AccountKeys, CollectionCount, Head, KeptKit } from './ports/account.ts';
export type { BlobInfo, BlobStore } from './ports/blob-store.ts';
export type { Announce, CreationStep, HouseEvent, PairingStep } from './ports/events.ts';
export type {
  AccountSize, CommitChange, CommitChanges, CompactionOptions, HistoryEntry, HistoryQuery, HouseStore, JournalEntry, JournalKey, NewKeys, OutboxEntry,
  PackWriter,
} from './ports/house-store.ts';
export type { Job, JobStore } from './ports/job.ts';
export type { Acknowledged, Alarm, AlarmCode, PairedMirror } from './ports/paired-mirror.ts';
export type { BlobReader, RepositoryStore, ServedAccount } from './ports/repository-store.ts';
export { DEFAULT_SETTINGS } from './ports/settings.ts';
export type { HouseSettings } from './ports/settings.ts';
export { StoreError } from './ports/store-error.ts';
export type { StoreFault } from './ports/store-error.ts';
export { createPds, createServer } from './server.ts';
export type { HousePds, Pds } from './server.ts';
export { fetchSettings } from './site-settings.ts';
export { defineHostMethod } from './xrpc/method.ts';
export type { Call, Caller, HostContext, Method, MethodSchema, Output } from './xrpc/method.ts';
export { XrpcError } from './xrpc/xrpc-error.ts';
