import { Fired, FaultyLine } from './faults.ts';
import { ChannelError, FrameQueue } from '../../src/mirroring/index.ts';
import type { Channel } from '../../src/mirroring/index.ts';
import type { FaultPlan } from './faults.ts';

/** The house's end of a channel that does what a plan says to the frames, and counts it. */
export interface FaultyChannel extends Channel {
  readonly fired: Fired;
}

/**
 * Puts faults between a house and its channel: frames that go to the mirror, and those that come from it. `truncate` and
 * `half-close` close the channel after it; `trickle` is for bytes, see FaultProxy.
 * @param cut loses the channel
 */
export function faultyChannel({ house, ...pair }: { readonly house: Channel; cut(): void }, plan: FaultPlan): FaultyChannel {
  const fired = new Fired();
  const heard = new FrameQueue();
  const cut = (): void => {
    pair.cut();
    heard.end(new ChannelError('Lost', 'The connection was lost.'));
  };
  const end = (): void => house.close();
  const toMirror = new FaultyLine(plan.toMirror ?? [], fired, { pass: (frame) => house.send(frame), cut, end });
  const toHouse = new FaultyLine(plan.toHouse ?? [], fired, {
    async pass(frame) {
      if (heard.ended) return;
      heard.put(frame);
      await heard.room().catch(() => undefined);
    },
    cut,
    end,
  });
  (async () => {
    for await (const frame of house.frames) await toHouse.take(frame);
  })().then(() => heard.end(), (error: unknown) => heard.end(error as NonNullable<Parameters<typeof heard.end>[0]>));
  return { fired, frames: heard, send: (frame) => toMirror.take(frame), close: end };
}
