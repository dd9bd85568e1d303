export { seededK256Signer, seededP256Signer } from './k256-signer.ts';
export { blockStoreContract } from './block-store-contract.ts';
export type { ContractCase } from './block-store-contract.ts';
