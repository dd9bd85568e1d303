import { ChannelError, channelOver, FrameQueue } from '../../src/mirroring/index.ts';
import type { Channel } from '../../src/mirroring/index.ts';

/** What happens to one frame on its way. */
export type FrameFate =
  | 'arrives'
  /** The connection is lost before it arrives, */
  | 'cut'
  /** or after. */
  | 'cut-after'
  /** It never arrives, and nothing says so. */
  | 'swallowed'
  | 'truncated' | 'repeated'
  /** The one behind it arrives first. */
  | 'overtaken';

export const FATES: readonly FrameFate[] = ['arrives', 'cut', 'cut-after', 'swallowed', 'truncated', 'repeated', 'overtaken'];

/** The two ends of a connection on which `fate` decides about every frame, in either direction. */
export function lossyConnection(fate: () => FrameFate): { readonly house: Channel; readonly mirror: Channel } {
  const queues = Array.from({ length: 4 }, () => new FrameQueue());
  const [fromHouse, toMirror, fromMirror, toHouse] = queues as [FrameQueue, FrameQueue, FrameQueue, FrameQueue];
  const cut = (): void => {
    for (const queue of queues) queue.end(new ChannelError('Lost', 'The connection was lost.'));
  };
  carry(fromHouse, toMirror, fate, cut).catch(cut);
  carry(fromMirror, toHouse, fate, cut).catch(cut);
  return { house: channelOver(toHouse, fromHouse), mirror: channelOver(toMirror, fromMirror) };
}

async function carry(from: FrameQueue, to: FrameQueue, fate: () => FrameFate, cut: () => void): Promise<void> {
  let held: Uint8Array | undefined;
  for await (const frame of from) {
    const what = fate();
    if (what === 'cut') return cut();
    if (what === 'overtaken' && held === undefined) {
      held = frame;
      continue;
    }
    if (what !== 'swallowed') to.put(what === 'truncated' ? frame.slice(0, frame.length >> 1) : frame);
    if (what === 'repeated') to.put(frame);
    if (held !== undefined) to.put(held);
    held = undefined;
    if (what === 'cut-after') return cut();
  }
  to.end();
}
