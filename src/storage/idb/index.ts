export { lockName } from './locks.ts';
export { openHouse } from './open-house.ts';
export type { House } from './open-house.ts';
