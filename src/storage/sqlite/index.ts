export { STORE_POINTS } from './database.ts';
export type { StorePoint } from './database.ts';
export { BlobRefused } from './file-blob-store.ts';
export type { FileBlobStore } from './file-blob-store.ts';
export { blobPath } from './blob-files.ts';
export { inspectMirrorStore, isServed, raiseSeq } from './inspection.ts';
export type { MirrorInspection } from './inspection.ts';
export { openMirrorStore } from './open-mirror-store.ts';
export type { MirrorStoreOptions, MirrorStores, StoreTotals } from './open-mirror-store.ts';
