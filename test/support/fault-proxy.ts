import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Fired, FaultyLine } from './faults.ts';
import type { Fault, FaultPlan } from './faults.ts';

/** A plan for the bytes of a TCP connection, or for the frames of the WebSocket in it. */
export interface ProxyPlan extends FaultPlan {
  readonly pieces: 'frames' | 'bytes';
}

/** How long a piece is that is no frame, where the plan does not say. */
const PIECE_BYTES = 64;

/** Stands between a house and a server, and does to their connections what plans say: one plan for each that is opened. */
export class FaultProxy {
  readonly fired = new Fired();
  readonly #target: number;
  readonly #plans: ProxyPlan[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer({ allowHalfOpen: true }, (house) => this.#join(house));
  /** How many connections were opened. */
  connections = 0;
  /** Bytes that were handed over, in each direction. */
  readonly carried = { toMirror: 0, toHouse: 0 };

  /** @param target a port of this machine */
  constructor(target: number) {
    this.#target = target;
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** For the next connection that has no plan yet; those without one pass untouched. */
  plan(plan: ProxyPlan): void {
    this.#plans.push(plan);
  }

  /** Every connection is gone. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(house: Socket): void {
    this.connections++;
    const plan = this.#plans.shift();
    const mirror = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true });
    const cut = (): void => {
      house.destroy();
      mirror.destroy();
    };
    for (const socket of [house, mirror]) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        cut();
      });
    }
    void this.#carry('toMirror', house, mirror, plan, cut);
    void this.#carry('toHouse', mirror, house, plan, cut);
  }

  async #carry(direction: keyof FaultPlan, from: Socket, to: Socket, plan: ProxyPlan | undefined, cut: () => void): Promise<void> {
    const { [direction]: faults = [], pieces } = plan ?? {};
    const { carried } = this;
    const line = new FaultyLine(faults, this.fired, {
      async pass(bytes) {
        carried[direction] += bytes.length;
        // Handed over, so that a cut after it loses only what comes after it.
        if (to.writable) await new Promise((resolve) => to.write(bytes, resolve));
      },
      cut,
      end: () => to.end(),
    });
    const parts = faults.length === 0 ? whole : pieces === 'frames' ? framesOf : bytesAt(faults);
    try {
      for await (const { bytes, at } of parts(from.iterator({ destroyOnReturn: false }))) await line.take(bytes, at);
      if (to.writable) to.end();
    } catch {
      // One of the two is gone.
      cut();
    }
  }
}

/** Of a stream; `at` as plans count, −1 for what no plan is about. */
interface Part {
  readonly bytes: Uint8Array;
  readonly at: number;
}

async function* whole(chunks: AsyncIterable<Buffer>): AsyncGenerator<Part> {
  for await (const bytes of chunks) yield { bytes, at: -1 };
}

/** Cuts the stream where a fault begins and ends. */
function bytesAt(faults: readonly Fault[]): (chunks: AsyncIterable<Buffer>) => AsyncGenerator<Part> {
  const edges = faults.flatMap(({ at, length = PIECE_BYTES }) => [at, at + length]).sort((a, b) => a - b);
  return async function* parts(chunks) {
    let position = 0;
    let waiting = Buffer.alloc(0);
    for await (const chunk of chunks) {
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length > 0) {
        const edge = edges.find((each) => each > position) ?? Infinity;
        const isFault = faults.some(({ at }) => at === position);
        // The bytes of a fault are taken together.
        if (isFault && position + waiting.length < edge) break;
        const bytes = waiting.subarray(0, Math.min(waiting.length, edge - position));
        yield { bytes, at: isFault ? position : -1 };
        position += bytes.length;
        waiting = waiting.subarray(bytes.length);
      }
    }
    if (waiting.length > 0) yield { bytes: waiting, at: -1 };
  };
}

/** Cuts the stream of a WebSocket into the head of HTTP and frames, of which those that carry data are counted. */
async function* framesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Part> {
  let waiting = Buffer.alloc(0);
  let isOpen = false;
  let frames = 0;
  for await (const chunk of chunks) {
    waiting = Buffer.concat([waiting, chunk]);
    for (;;) {
      const length = isOpen ? frameLength(waiting) : waiting.indexOf('\r\n\r\n') + 4;
      if (length === undefined || (!isOpen && length === 3) || waiting.length < length) break;
      const isData = isOpen && (waiting[0]! & 0x0f) < 8;
      yield { bytes: waiting.subarray(0, length), at: isData ? frames++ : -1 };
      isOpen = true;
      waiting = waiting.subarray(length);
    }
  }
  if (waiting.length > 0) yield { bytes: waiting, at: -1 };
}

/** RFC 6455, section 5.2. */
function frameLength(bytes: Buffer): number | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]! & 0x7f;
  const mask = (bytes[1]! & 0x80) === 0 ? 0 : 4;
  if (short < 126) return 2 + mask + short;
  if (bytes.length < (short === 126 ? 4 : 10)) return undefined;
  return short === 126 ? 4 + mask + bytes.readUInt16BE(2) : 10 + mask + Number(bytes.readBigUInt64BE(2));
}
