export { MemoryBlockStore } from './memory-block-store.ts';
