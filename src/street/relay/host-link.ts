import { WebSocket } from 'ws';
import { decodeFrame, FrameError, MAX_FRAME_BYTES } from '../../protocol/index.ts';
import type { StoredEvent } from '../../mirroring/index.ts';
import type { HostAddress } from './host-name.ts';
import type { Judge, Verdict } from './judge.ts';
import { NotNow, Refusal } from './refusal.ts';
import type { HostStatus, RelayStore } from './relay-store.ts';

/** Frames that wait to be judged take so much memory, in bytes, before their host has to wait. */
const ROOM = 16_000_000;
const HANDSHAKE_MS = 5_000;
const PING_MS = 30_000;
const LONGEST_PAUSE = 30_000;
/** After so many vain tries in a row a host counts as offline. */
const PATIENCE = 3;

/** What a link is made with. */
export interface HostLinkOptions {
  readonly host: HostAddress;
  readonly store: RelayStore;
  readonly judge: Judge;
  /** The pause before the first new try, which doubles each time; and how often accounts out of step are looked for. Milliseconds. */
  readonly retryMs: number;
  onEvents(events: readonly StoredEvent[]): void;
  /** For a log. */
  onRefusal(reason: { readonly code: string; readonly message: string }): void;
}

/**
 * Reads the firehose of one host, for as long as it takes: what comes is judged one after the other, and is dealt with
 * when its effect and the cursor behind it are stored together.
 */
export class HostLink {
  readonly #options: HostLinkOptions;
  readonly #queue: Buffer[] = [];
  readonly #ticks: NodeJS.Timeout;
  #waiting = 0;
  /** `seq` of the last event that came over this connection. */
  #seq = 0;
  #socket: WebSocket | undefined;
  #again: NodeJS.Timeout | undefined;
  #failures = 0;
  #opened = 0;
  #working: Promise<void> | undefined;
  #closed = false;

  constructor(options: HostLinkOptions) {
    this.#options = options;
    this.#connect();
    this.#ticks = setInterval(() => this.#work(), options.retryMs);
  }

  /** Tries now, where it was waiting to try again. */
  wake(): void {
    if (this.#again === undefined) return;
    clearTimeout(this.#again);
    this.#failures = 0;
    this.#connect();
  }

  /** Resolves when nothing of it runs any more. What was not yet dealt with comes again after the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#ticks);
    clearTimeout(this.#again);
    this.#socket?.terminate();
    await this.#working;
  }

  #connect(): void {
    this.#again = undefined;
    this.#forget();
    const { host, store } = this.#options;
    const cursor = store.host(host.hostname)?.cursor ?? 0;
    const url = `${host.origin.replace(/^http/, 'ws')}/xrpc/com.atproto.sync.subscribeRepos?cursor=${cursor}`;
    const socket = new WebSocket(url, {
      handshakeTimeout: HANDSHAKE_MS, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false, headers: { 'user-agent': 'Holdfast relay' },
    });
    this.#socket = socket;
    let isAlive = true;
    const pings = setInterval(() => {
      if (!isAlive) socket.terminate();
      isAlive = false;
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    }, PING_MS);
    socket.on('pong', () => (isAlive = true));
    socket.on('open', () => {
      this.#opened = Date.now();
      this.#setStatus('active');
    });
    socket.on('message', (data, isBinary) => {
      isAlive = true;
      if (this.#socket === socket) this.#arrived(data as Buffer, isBinary);
    });
    // The reason of an end is not told to anybody: 'close' follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(pings);
      if (this.#socket === socket) this.#lost();
    });
  }

  #arrived(data: Buffer, isBinary: boolean): void {
    if (!isBinary) return this.#disconnect(new Refusal('MessageForm', 'A frame is text.'));
    this.#queue.push(data);
    this.#waiting += data.length;
    if (this.#waiting > ROOM) this.#socket?.pause();
    this.#work();
  }

  /** Judges what waits, then what is due to be fetched again, one at a time. */
  #work(): void {
    if (this.#closed || this.#working !== undefined) return;
    this.#working = this.#workOff().catch((fault: unknown) => this.#disconnect(fault)).finally(() => {
      this.#working = undefined;
    });
  }

  async #workOff(): Promise<void> {
    const { host, store, judge } = this.#options;
    while (!this.#closed) {
      const frame = this.#queue.shift();
      if (frame !== undefined) {
        this.#waiting -= frame.length;
        if (this.#waiting <= ROOM / 2) this.#socket?.resume();
        await this.#take(frame);
        continue;
      }
      const account = store.due(host.hostname, Date.now());
      if (account === undefined) return;
      this.#settle(await judge.again(host, account));
    }
  }

  async #take(bytes: Buffer): Promise<void> {
    const { host, store, judge } = this.#options;
    const frame = decodeFrame(bytes);
    if (frame.kind === 'error') return this.#ended(frame.error);
    if (frame.kind === 'unknown' || frame.type === '#info') return;
    const { seq } = frame.body;
    if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1) throw new Refusal('MessageForm', 'An event has no seq.');
    if (seq <= this.#seq) {
      return this.#settle({ refusal: { code: 'SeqOrder', message: 'The seq of an event is not above the one before it.' } });
    }
    this.#seq = seq;
    // It came over the connection before as well.
    if (seq <= (store.host(host.hostname)?.cursor ?? 0)) return;
    this.#settle(await judge.judge(host, frame.type, frame.body), seq);
    this.#failures = 0;
  }

  #settle(verdict: Verdict, cursor?: number): void {
    // A verdict that was reached while everything ended may be about the end only.
    if (this.#closed) return;
    const { host, store, onEvents, onRefusal } = this.#options;
    const events = store.apply({ hostname: host.hostname, ...verdict, ...(cursor !== undefined && { cursor }) });
    if (verdict.refusal !== undefined) onRefusal(verdict.refusal);
    if (events.length > 0) onEvents(events);
  }

  /** The host has ended the stream, and says why. */
  #ended(error: string): void {
    const isBeyond = error === 'FutureCursor';
    if (isBeyond) this.#setStatus('idle');
    this.#disconnect(new NotNow(`The host has ended the stream: ${error.slice(0, 100)}.`), isBeyond);
  }

  /** What waits is let go: it comes again, after the cursor. */
  #disconnect(fault: unknown, forGood = false): void {
    if (fault instanceof FrameError || fault instanceof Refusal) this.#settle({ refusal: { code: fault.code, message: fault.message } });
    else if (!this.#closed) this.#options.onRefusal(toldOf(fault));
    this.#forget();
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    socket.resume();
    socket.terminate();
    if (!forGood) this.#lost();
  }

  #forget(): void {
    this.#queue.length = 0;
    this.#waiting = 0;
    this.#seq = 0;
  }

  #lost(): void {
    this.#socket = undefined;
    if (this.#closed) return;
    // What has held for long is no failure in a row.
    if (this.#opened > 0 && Date.now() - this.#opened > LONGEST_PAUSE) this.#failures = 0;
    this.#opened = 0;
    this.#failures++;
    if (this.#failures >= PATIENCE) this.#setStatus('offline');
    const pause = Math.min(this.#options.retryMs * 2 ** (this.#failures - 1), LONGEST_PAUSE);
    this.#again = setTimeout(() => this.#connect(), pause);
  }

  #setStatus(status: HostStatus): void {
    const { host, store } = this.#options;
    if (!this.#closed && store.host(host.hostname)?.status !== status) store.putHost(host.hostname, status);
  }
}

function toldOf(fault: unknown): { readonly code: string; readonly message: string } {
  if (fault instanceof NotNow) return fault;
  return { code: 'Unexpected', message: fault instanceof Error ? fault.message : String(fault) };
}
