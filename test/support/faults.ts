/** What can happen to a piece on its way. */
export type FaultKind =
  /** It is left out, and what follows arrives. */
  | 'drop'
  /** It arrives twice. */
  | 'repeat'
  /** It arrives after the next one. */
  | 'reorder'
  /** The first half of it arrives, and then nothing: the connection is closed. */
  | 'truncate'
  /** It arrives `ms` later, and so does what follows. */
  | 'delay'
  /** It arrives byte by byte, one each `ms`. */
  | 'trickle'
  /** It does not arrive, and the connection is gone. Of an answer: what it answers was done, and nobody hears of it. */
  | 'cut'
  /** It does not arrive, nor what follows, and nobody is told; the other direction goes on. */
  | 'swallow'
  /** It does not arrive, for this direction is closed; the other goes on. */
  | 'half-close';

export interface Fault {
  readonly kind: FaultKind;
  /** Which piece, counted from 0: the frame of this number, or what begins with this byte. */
  readonly at: number;
  /** How many bytes, where pieces are no frames. */
  readonly length?: number;
  readonly ms?: number;
}

/** What happens to a connection. */
export interface FaultPlan {
  readonly toMirror?: readonly Fault[];
  readonly toHouse?: readonly Fault[];
}

/** How often each fault has happened: a test that planned one sees that it did. */
export class Fired {
  readonly #counts = new Map<FaultKind, number>();

  count(kind: FaultKind): void {
    this.#counts.set(kind, this.of(kind) + 1);
  }

  of(kind: FaultKind): number {
    return this.#counts.get(kind) ?? 0;
  }
}

/** Where pieces go after a fault. */
export interface Sink {
  pass(bytes: Uint8Array): Promise<void> | void;
  /** The connection is gone for both. */
  cut(): void;
  /** Nothing more comes in this direction. */
  end(): void;
}

export const later = (ms: number): Promise<void> => new Promise((resolve) => {
  setTimeout(resolve, ms);
});

/** One direction: pieces go in, and what the plan leaves of them goes out. */
export class FaultyLine {
  readonly #faults: readonly Fault[];
  readonly #fired: Fired;
  readonly #sink: Sink;
  #piece = 0;
  #held: Uint8Array | undefined;
  #dead = false;

  constructor(faults: readonly Fault[], fired: Fired, sink: Sink) {
    this.#faults = faults;
    this.#fired = fired;
    this.#sink = sink;
  }

  /** @param at the number of the piece, for faults to find it; the next by default */
  async take(bytes: Uint8Array, at = this.#piece++): Promise<void> {
    if (this.#dead) return;
    const fault = this.#faults.find((each) => each.at === at);
    if (fault?.kind === 'reorder') {
      this.#held = bytes;
      return;
    }
    if (fault === undefined) await this.#sink.pass(bytes);
    else {
      this.#fired.count(fault.kind);
      await this.#act(fault, bytes);
    }
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    this.#fired.count('reorder');
    await this.#sink.pass(held);
  }

  async #act({ kind, ms = 0 }: Fault, bytes: Uint8Array): Promise<void> {
    if (kind === 'repeat') {
      await this.#sink.pass(bytes);
      await this.#sink.pass(bytes);
    } else if (kind === 'delay') {
      await later(ms);
      await this.#sink.pass(bytes);
    } else if (kind === 'trickle') {
      for (let at = 0; at < bytes.length; at++) {
        await later(ms);
        await this.#sink.pass(bytes.subarray(at, at + 1));
      }
    } else if (kind !== 'drop') {
      this.#dead = true;
      if (kind === 'truncate') await this.#sink.pass(bytes.subarray(0, bytes.length >> 1));
      if (kind === 'cut') this.#sink.cut();
      if (kind === 'truncate' || kind === 'half-close') this.#sink.end();
    }
  }
}
