export { IdbKeyVault } from './idb-key-vault.ts';
export { openHouse } from './open-house.ts';
export type { House } from './open-house.ts';
export { HouseInspection } from './inspection.ts';
