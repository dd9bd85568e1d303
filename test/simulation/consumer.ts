import type { FirehoseSink } from '../../src/mirroring/index.ts';
import { decodeFrame } from '../../src/protocol/index.ts';
import type { Process, World } from './world.ts';

/** A relay that reads the firehose of a mirror, from where it was when it last heard something. */
export class Consumer {
  readonly frames: Uint8Array[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** `seq` of the last event that it has. */
  get cursor(): number {
    const last = this.frames.at(-1);
    return last === undefined ? 0 : seqOf(last);
  }

  /** What this process of the mirror sends to it. What was on its way when the process ends is lost. */
  sinkOf(process: Process): FirehoseSink {
    return {
      waiting: 0,
      send: (frames) => {
        if (process.isAlive) this.frames.push(...frames);
      },
      close: () => undefined,
    };
  }

  /** The connection is lost, with some of what was sent last. */
  lose(): void {
    this.frames.length -= Math.min(this.frames.length, this.#world.random.below(3));
  }
}

function seqOf(frame: Uint8Array): number {
  const { body } = decodeFrame(frame) as { readonly body: Readonly<Record<string, unknown>> };
  return body['seq'] as number;
}
