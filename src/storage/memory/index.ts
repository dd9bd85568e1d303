export { MemoryBlobStore } from './memory-blob-store.ts';
export { MemoryBlockStore } from './memory-block-store.ts';
export { MemoryHouseStore } from './memory-house-store.ts';
export { MemoryJobStore } from './memory-job-store.ts';
export { MemoryMirrorStore } from './memory-mirror-store.ts';
export { MemoryKeyVault } from './memory-key-vault.ts';
