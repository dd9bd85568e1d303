export { startDirectory } from './directory.ts';
export type { StreetServer } from './directory.ts';
export { startRelay } from './relay/start-relay.ts';
export type { RelaySettings } from './relay/start-relay.ts';
