export { openHttpChannel } from './open.ts';
export type { HttpChannelOptions } from './open.ts';
export { HttpSessions } from './sessions.ts';
export type { HttpSessionsOptions } from './sessions.ts';
export { readBody } from './turn.ts';
