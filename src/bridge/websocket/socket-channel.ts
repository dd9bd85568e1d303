import { ChannelError, FrameQueue } from '../../mirroring/index.ts';
import { MAX_FRAME_BYTES } from '../../protocol/index.ts';
import type { Channel } from '../../mirroring/index.ts';

/** What a channel asks of a WebSocket: those of browsers have it, and those of `ws`, which can do a little more. */
export interface Socket {
  binaryType: string;
  readonly bufferedAmount: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly code: number }) => void): void;
  addEventListener(type: 'error', listener: (event: object) => void): void;
  /** Stops reading, so that the other side has to wait. */
  pause?(): void;
  resume?(): void;
  ping?(): void;
  on?(type: 'pong', listener: () => void): unknown;
  terminate?(): void;
}

/** How often the other side is asked whether it is there, in milliseconds; one that has not answered by the next time is lost. */
const PING_MS = 30_000;

/** What is handed over and not on its way yet before `send` waits, in bytes. */
const BUFFERED_BYTES = 1024 * 1024;

/** How often is looked whether it has gone on its way: there is no event for it. */
const LOOK_MS = 10;

/** What a socket that cannot stop reading may bring that nobody reads, in bytes: enough for three frames of any size. */
const UNREAD_BYTES = 3 * MAX_FRAME_BYTES + 1024 * 1024;

/** Codes of RFC 6455, of which browsers let a page say only the first; it says the others as these and 3000. */
const NORMAL = 1000;
const UNSUPPORTED_DATA = 1003;
const POLICY = 1008;
const TOO_BIG = 1009;
const FOR_PAGES = 3000;

/** A channel over an open socket: call it before the socket has brought anything. It owns the socket from then on. */
export function channelOf(socket: Socket): Channel {
  return new SocketChannel(socket);
}

class SocketChannel implements Channel {
  readonly frames: FrameQueue;
  readonly #socket: Socket;
  #end: ChannelError | undefined;
  #ping: ReturnType<typeof setInterval> | undefined;
  #paused = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    this.frames = new FrameQueue({ onChange: () => this.#pauseOrResume() });
    socket.addEventListener('message', ({ data }) => this.#take(data));
    socket.addEventListener('error', (event) => this.#failed(event));
    socket.addEventListener('close', ({ code }) => this.#finish(reasonOf(code)));
    if (socket.ping !== undefined) this.#watch();
  }

  async send(frame: Uint8Array): Promise<void> {
    if (this.#end !== undefined) throw this.#end;
    if (frame.length > MAX_FRAME_BYTES) {
      throw new ChannelError('BadFrame', `A frame of ${frame.length} bytes is larger than the ${MAX_FRAME_BYTES} that may be sent.`);
    }
    this.#socket.send(frame as Uint8Array<ArrayBuffer>);
    while (this.#socket.bufferedAmount > BUFFERED_BYTES) {
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_MS);
      });
      if (this.#end !== undefined) throw this.#end;
    }
  }

  close(): void {
    if (this.#end === undefined) this.#give(closed(), NORMAL);
  }

  #take(data: unknown): void {
    if (this.#end !== undefined) return;
    if (!(data instanceof ArrayBuffer)) {
      this.#give(new ChannelError('BadFrame', 'The other side sent text, which no frame is.'), UNSUPPORTED_DATA);
    } else if (data.byteLength > MAX_FRAME_BYTES) {
      this.#give(new ChannelError('BadFrame', `The other side sent a frame of more than ${MAX_FRAME_BYTES} bytes.`), TOO_BIG);
    } else if (this.frames.cost > UNREAD_BYTES) {
      this.#give(new ChannelError('Lost', 'The other side sent faster than could be read.'), POLICY);
    } else {
      this.frames.put(new Uint8Array(data));
    }
  }

  /** `ws` says in an error, and only there, that what came is against the protocol or too large. */
  #failed(event: object): void {
    const error = 'error' in event ? event.error : undefined;
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    if (code.startsWith('WS_ERR_')) this.#finish(new ChannelError('BadFrame', 'The other side sent what is no frame of a WebSocket, or one too large.'));
  }

  /** Ends it from this side. */
  #give(end: ChannelError, code: number): void {
    this.#finish(end);
    this.#socket.close(code === NORMAL ? code : code + FOR_PAGES);
  }

  #finish(end: ChannelError): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    clearInterval(this.#ping);
    this.frames.end(end.code === 'Closed' ? undefined : end);
  }

  #pauseOrResume(): void {
    // The closing handshake has to be read, even when nobody reads what comes before it.
    const pause = this.frames.full && !this.frames.ended;
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) this.#socket.pause?.();
    else this.#socket.resume?.();
  }

  #watch(): void {
    let answered = true;
    this.#socket.on?.('pong', () => {
      answered = true;
    });
    this.#ping = setInterval(() => {
      // While nothing is read, no answer is either.
      if (this.#paused) answered = true;
      else if (!answered) {
        this.#finish(lost());
        this.#socket.terminate?.();
      } else {
        answered = false;
        this.#socket.ping?.();
      }
    }, PING_MS);
  }
}

function reasonOf(code: number): ChannelError {
  if (code === NORMAL) return closed();
  if ([UNSUPPORTED_DATA, TOO_BIG, UNSUPPORTED_DATA + FOR_PAGES, TOO_BIG + FOR_PAGES].includes(code)) {
    return new ChannelError('BadFrame', 'The other side did not take a frame that was sent.', { code });
  }
  return lost(code);
}

function closed(): ChannelError {
  return new ChannelError('Closed', 'This channel was closed.');
}

function lost(code?: number): ChannelError {
  return new ChannelError('Lost', 'The connection was lost.', code === undefined ? {} : { code });
}
