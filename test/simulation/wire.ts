import { ChannelError, FrameQueue } from '../../src/mirroring/index.ts';
import type { Channel } from '../../src/mirroring/index.ts';
import type { Process, World } from './world.ts';

/** A server that is reached over the wires. */
export interface Server {
  /** The process that answers now; undefined while there is none. */
  readonly process: Process | undefined;
  accept(channel: Channel): void;
  answer(request: Request): Promise<Response>;
}

/** What the wires do to what they carry. */
export interface Weather {
  /** How often, in a thousand, a frame or a call meets with a fault. */
  readonly faults: number;
  /** Milliseconds that something is on its way at most. */
  readonly delay: number;
}

const CALM: Weather = { faults: 0, delay: 20 };
const FATES = ['cut', 'cut-after', 'swallowed', 'truncated', 'repeated', 'overtaken'] as const;

/** One end of a connection, in the memory of its process. */
interface End {
  readonly process: Process;
  readonly heard: FrameQueue;
  /** When the last frame that was sent to it arrives. */
  arrival: number;
  isOver: boolean;
}

/** The network between houses and one server: channels and calls. */
export class Wires {
  weather: Weather = CALM;
  readonly #world: World;
  readonly #server: Server;
  readonly #open = new Set<readonly [End, End]>();
  readonly #calls = new Set<{ readonly server: Process; readonly fail: () => void }>();
  /** How many faults have fired. */
  faults = 0;

  constructor(world: World, server: Server) {
    this.#world = world;
    this.#server = server;
  }

  calm(): void {
    this.weather = CALM;
  }

  /** Opens a channel from the present process. @throws ChannelError Lost */
  async connect(): Promise<Channel> {
    const house = this.#world.current;
    await this.#world.sleep(this.#delay(), house);
    const mirror = this.#server.process;
    if (mirror === undefined || this.#isHit()) throw lost();
    this.#world.note(`${house.name} is connected`);
    const here: End = { process: house, heard: new FrameQueue(), arrival: 0, isOver: false };
    const there: End = { process: mirror, heard: new FrameQueue(), arrival: 0, isOver: false };
    this.#open.add([here, there]);
    this.#world.after(0, () => this.#server.accept(this.#channel(there, here)), mirror);
    return this.#channel(here, there);
  }

  /** Calls the server from the present process, as fetch does. */
  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const process = this.#world.current;
    const { signal, body, method = 'GET', headers = {} } = init;
    const bytes = body instanceof Blob ? await this.#world.standStill(body.arrayBuffer()) : body as string | Uint8Array<ArrayBuffer> | undefined;
    this.#world.note(`${process.name} calls ${String(input).slice(8, 100)}`);
    const isLost = this.#isHit();
    const isAnswerLost = !isLost && this.#isHit();
    return new Promise((resolve, reject) => {
      const fail = (): void => this.#world.soon(process, () => reject(new TypeError('The network failed.')));
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
      const server = this.#server.process;
      if (server === undefined || isLost) return fail();
      const call = { server, fail };
      this.#calls.add(call);
      this.#world.after(this.#delay(), () => {
        const request = new Request(String(input), { method, headers, ...(bytes !== undefined && { body: bytes }) });
        void this.#server.answer(request).then(async (response) => [response, await response.arrayBuffer()] as const).then(([{ status, headers: given }, whole]) => {
          if (!server.isAlive || !this.#calls.delete(call)) return;
          this.#world.note(`${process.name} is answered ${status} with ${whole.byteLength} bytes`);
          if (isAnswerLost) fail();
          else this.#world.after(this.#delay(), () => resolve(new Response(whole.byteLength === 0 ? null : whole, { status, headers: given })), process);
        });
      }, server);
    });
  };

  /** All connections are lost. */
  cut(): void {
    for (const pair of [...this.#open]) this.#cut(pair);
  }

  /** A process is no more: whoever talked to it hears that, some time later. */
  orphan(process: Process): void {
    for (const pair of [...this.#open]) if (pair.some((end) => end.process === process)) this.#cut(pair);
    for (const call of [...this.#calls]) {
      if (call.server !== process) continue;
      this.#calls.delete(call);
      call.fail();
    }
  }

  #channel(here: End, there: End): Channel {
    return {
      frames: here.heard,
      send: async (frame) => {
        if (here.isOver) throw new ChannelError('Closed', 'This channel was closed.');
        this.#carry(frame, here, there);
        await this.#world.sleep(0.05, here.process);
      },
      close: () => {
        if (here.isOver) return;
        here.isOver = true;
        here.heard.end();
        this.#deliver(there, () => {
          there.isOver = true;
          there.heard.end();
        });
      },
    };
  }

  #carry(frame: Uint8Array, here: End, there: End): void {
    // One that has ended in the midst of its work says nothing more.
    if (!here.process.isAlive) return;
    const put = (bytes: Uint8Array) => () => there.isOver || there.heard.put(bytes);
    if (!this.#isHit()) return this.#deliver(there, put(frame));
    const fate = this.#world.random.of(FATES);
    this.#world.note(`a frame is ${fate}`);
    switch (fate) {
      case 'cut':
        return this.#cutBetween(here, there);
      case 'cut-after':
        this.#deliver(there, put(frame));
        return this.#cutBetween(here, there);
      case 'swallowed':
        return undefined;
      case 'truncated':
        return this.#deliver(there, put(frame.slice(0, frame.length >> 1)));
      case 'repeated':
        this.#deliver(there, put(frame));
        return this.#deliver(there, put(frame));
      case 'overtaken':
        // What is sent next arrives first.
        this.#world.after(this.#delay() * 3, put(frame), there.process);
    }
  }

  /** In the order in which it was sent. */
  #deliver(to: End, work: () => void): void {
    to.arrival = Math.max(to.arrival, this.#world.elapsed + this.#delay());
    this.#world.after(to.arrival - this.#world.elapsed, work, to.process);
  }

  #cutBetween(here: End, there: End): void {
    const pair = [...this.#open].find((ends) => ends.includes(here) && ends.includes(there));
    if (pair !== undefined) this.#cut(pair);
  }

  #cut(pair: readonly [End, End]): void {
    this.#open.delete(pair);
    for (const end of pair) {
      this.#world.after(Math.max(this.#delay(), end.arrival - this.#world.elapsed), () => {
        end.isOver = true;
        end.heard.end(lost());
      }, end.process);
    }
  }

  #delay(): number {
    return this.#world.random.between(0.2, this.weather.delay);
  }

  #isHit(): boolean {
    const isHit = this.weather.faults > 0 && this.#world.random.below(1000) < this.weather.faults;
    if (isHit) this.faults++;
    return isHit;
  }
}

function lost(): ChannelError {
  return new ChannelError('Lost', 'The connection was lost.');
}
