export { startDirectory } from './directory.ts';
export type { StreetServer } from './directory.ts';
