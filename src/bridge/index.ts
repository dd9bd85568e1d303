export type { HouseCalls } from './house-calls.ts';
export type { BridgeLink, BridgeLinks } from './link.ts';
export { startBridge } from './start-bridge.ts';
export type { BridgeOptions, HouseNews } from './start-bridge.ts';
