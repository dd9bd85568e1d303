export { STORE_POINTS } from './database.ts';
export type { StorePoint } from './database.ts';
export { BlobRefused } from './file-blob-store.ts';
export type { FileBlobStore } from './file-blob-store.ts';
export { openMirrorStore } from './open-mirror-store.ts';
export type { MirrorStoreOptions, MirrorStores, StoreTotals } from './open-mirror-store.ts';
