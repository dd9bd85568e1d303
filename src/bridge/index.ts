export { lendLine } from './lent-line.ts';
export type { BridgeLinks } from './link.ts';
export { startBridge } from './start-bridge.ts';
export type { BridgeOptions } from './start-bridge.ts';
