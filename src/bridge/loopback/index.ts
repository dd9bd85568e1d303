import { channelOver, ChannelError, FrameQueue } from '../../mirroring/index.ts';
import type { Channel } from '../../mirroring/index.ts';

/** Both ends of a channel within one process. */
export interface Loopback {
  readonly house: Channel;
  readonly mirror: Channel;
  /** Loses the connection: what has arrived is still read. */
  cut(): void;
}

/** A channel whose two ends are in this process, for tests and simulations: nothing is ever lost but by `cut`. */
export function loopbackChannels(): Loopback {
  const toMirror = new FrameQueue();
  const toHouse = new FrameQueue();
  return {
    house: copying(channelOver(toHouse, toMirror)),
    mirror: copying(channelOver(toMirror, toHouse)),
    cut() {
      for (const queue of [toMirror, toHouse]) queue.end(new ChannelError('Lost', 'The connection was lost.'));
    },
  };
}

/** The other side gets bytes of its own, as over a network. */
function copying(channel: Channel): Channel {
  return { ...channel, send: (frame) => channel.send(frame.slice()) };
}
