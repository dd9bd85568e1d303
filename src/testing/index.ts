export { seededK256Signer, seededP256Signer } from './k256-signer.ts';
export { blobStoreContract } from './blob-store-contract.ts';
export type { BlobHouse } from './blob-store-contract.ts';
export { blockStoreContract } from './block-store-contract.ts';
export type { ContractCase } from './block-store-contract.ts';
export { houseStoreContract } from './house-store-contract.ts';
export { jobStoreContract } from './job-store-contract.ts';
export { createOf, pathOf, TestAccount } from './test-account.ts';
