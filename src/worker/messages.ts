/** What a page may say to the worker. */
export type PageMessage = 'capability' | 'claim' | 'forget-waking' | 'prepare-update' | 'skip-waiting' | 'waking';

const MESSAGES: readonly PageMessage[] = ['capability', 'claim', 'forget-waking', 'prepare-update', 'skip-waiting', 'waking'];

/** What a message says; undefined for what is none of ours. */
export function readMessage(data: unknown): PageMessage | undefined {
  if (typeof data !== 'object' || data === null || !('type' in data)) return undefined;
  return MESSAGES.find((message) => message === data.type);
}

/** Whether this is a window of the house itself: not a frame in somebody's page, and of this origin. */
export function isOwnWindow(source: Client | ServiceWorker | MessagePort | null): source is WindowClient {
  return source instanceof WindowClient && source.frameType !== 'nested' && new URL(source.url).origin === location.origin;
}
