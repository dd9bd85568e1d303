import { openDirectLine } from './direct-line.ts';
import { openWebSocket } from './websocket/index.ts';
import type { Channel } from '../mirroring/index.ts';
import type { HouseCalls } from './house-calls.ts';
import type { Correspondent } from './talks.ts';

/** What carries a conversation. */
export type Carrier = 'websocket' | 'webrtc';

/** Opens a line to the mirror. */
export type OpenLine = (signal: AbortSignal) => Promise<Channel>;

/**
 * The lines of a page to a mirror: a WebSocket, and where that does not open a direct connection over WebRTC; where it opens and carries
 * nothing, the next time the other way round. Each is the other's way out, by itself.
 */
export class Lines {
  readonly #open: Readonly<Record<Carrier, OpenLine>>;
  readonly #progress: () => number;
  #last: { readonly by: Carrier; readonly channel: Channel; readonly progress: number } | undefined;

  /** @param progress grows whenever a line has carried something: the mirror has taken it, holds all there is, or wants to begin anew */
  constructor(open: Readonly<Record<Carrier, OpenLine>>, progress: () => number) {
    this.#open = open;
    this.#progress = progress;
  }

  /** What carries the conversation now, or did last. */
  get by(): Carrier {
    return this.#last?.by ?? 'websocket';
  }

  /**
   * Opens one.
   * @throws what the first that was tried threw
   */
  async connect(signal: AbortSignal): Promise<Channel> {
    const [first, second] = this.#order();
    const by = async (carrier: Carrier): Promise<Channel> => {
      const channel = await this.#open[carrier](signal);
      this.#last = { by: carrier, channel, progress: this.#progress() };
      return channel;
    };
    try {
      return await by(first);
    } catch (fault) {
      if (signal.aborted) throw fault;
      return by(second).catch(() => {
        throw fault;
      });
    }
  }

  /** The network came or went: what is open is not waited for. */
  cut(): void {
    this.#last?.channel.close();
  }

  /** What carried nothing the last time comes second; a WebSocket comes first, since nothing is faster (docs/decisions/038). */
  #order(): readonly [Carrier, Carrier] {
    const isStuck = this.#last?.by === 'websocket' && this.#last.progress === this.#progress();
    return isStuck ? ['webrtc', 'websocket'] : ['websocket', 'webrtc'];
  }
}

/** The lines to the mirror of an account. @param progress as of `Lines` */
export function linesTo(calls: HouseCalls, { did, url }: Correspondent, progress: () => number): Lines {
  return new Lines({
    websocket: (signal) => openWebSocket(converseAddress(url), { signal }),
    webrtc: (signal) => openDirectLine(calls, { did, url }, signal),
  }, progress);
}

/** Where a mirror of this origin has conversations. */
function converseAddress(url: string): string {
  const address = new URL('/xrpc/app.holdfast.mirror.converse', url);
  address.protocol = address.protocol === 'http:' ? 'ws:' : 'wss:';
  return address.href;
}
