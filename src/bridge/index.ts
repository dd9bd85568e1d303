export type { BridgeLinks } from './link.ts';
export { startBridge } from './start-bridge.ts';
