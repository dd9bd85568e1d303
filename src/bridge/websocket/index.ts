export { openWebSocket } from './open.ts';
export type { OpenOptions } from './open.ts';
export { channelOf } from './socket-channel.ts';
export type { Socket } from './socket-channel.ts';
