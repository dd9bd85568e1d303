import { HoldfastError } from '../../protocol/index.ts';

/** Why a channel carries no more. */
export type ChannelFault =
  /** This side or the other has closed it. */
  | 'Closed'
  /** The connection was lost; what was on its way may have arrived or not. */
  | 'Lost'
  /** The other side sent what is no frame of this conversation, or one too large. */
  | 'BadFrame';

/** A channel that carries no more. */
export class ChannelError extends HoldfastError<ChannelFault> {}

/**
 * The port over which a house and its mirror talk: whole frames, in order, each once, in both directions, until it ends.
 * What was sent and not answered when it ends may have arrived: the conversation begins again with `#hello`.
 */
export interface Channel {
  /**
   * Hands a frame over; resolves when there is room for more, which is not when it has arrived.
   * @throws ChannelError Closed, Lost; BadFrame where it is larger than `MAX_FRAME_BYTES`, which changes nothing
   */
  send(frame: Uint8Array): Promise<void>;
  /**
   * The frames of the other side, to be iterated once. Ends when the channel was closed.
   * @throws ChannelError Lost, BadFrame
   */
  readonly frames: AsyncIterable<Uint8Array>;
  /** Ends it: what was sent before still goes out. Twice is as good as once. */
  close(): void;
}
