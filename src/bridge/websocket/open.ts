import { ChannelError } from '../../mirroring/index.ts';
import { channelOf } from './socket-channel.ts';
import type { Channel } from '../../mirroring/index.ts';

export interface OpenOptions {
  /** Gives up opening it; closes it later. */
  readonly signal?: AbortSignal;
  /** How long opening may take, in milliseconds. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;

/**
 * A channel over a WebSocket of the browser, or of Node. Nobody is told why a WebSocket does not open; ask the address by
 * HTTP to find out.
 * @param url ws: or wss:
 * @throws ChannelError Lost
 */
export function openWebSocket(url: string, { signal, timeoutMs = TIMEOUT_MS }: OpenOptions = {}): Promise<Channel> {
  return new Promise((resolve, reject) => {
    const notOpened = (): void => reject(new ChannelError('Lost', 'The connection did not open.'));
    if (signal?.aborted === true) {
      notOpened();
      return;
    }
    const socket = new WebSocket(url);
    const channel = channelOf(socket);
    const giveUp = (): void => {
      channel.close();
      notOpened();
    };
    const timer = setTimeout(giveUp, timeoutMs);
    signal?.addEventListener('abort', giveUp, { once: true });
    socket.addEventListener('open', () => {
      clearTimeout(timer);
      resolve(channel);
    });
    socket.addEventListener('close', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      notOpened();
    });
  });
}
