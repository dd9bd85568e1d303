// A plain reader of a firehose, for tests: the frames as they come, and how the stream ended.
import { WebSocket } from 'ws';
import { connectPatiently } from './patient-connections.ts';

connectPatiently();

/** What a connection to `com.atproto.sync.subscribeRepos` gave. */
export interface FirehoseReader {
  /** Every message so far: bytes, or text where the host sent text. */
  readonly frames: readonly unknown[];
  /** Resolves when there are `count` frames, and fails when the stream ends before or `ms` have passed. */
  until(count: number, ms?: number): Promise<readonly unknown[]>;
  /** Resolves when the host has ended the stream. */
  readonly ended: Promise<void>;
  close(): void;
}

/**
 * Opens a connection of its own: the WebSocket of Node takes one that a request has left open, which the host may just be closing.
 * @param host origin, http or https; @throws Error that says why there is none
 */
export async function readFirehose(host: string, cursor?: number): Promise<FirehoseReader> {
  const query = cursor === undefined ? '' : `?cursor=${cursor}`;
  const socket = new WebSocket(`${host.replace(/^http/, 'ws')}/xrpc/com.atproto.sync.subscribeRepos${query}`, { perMessageDeflate: false });
  socket.binaryType = 'arraybuffer';
  const frames: unknown[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => waiting.forEach((look) => look());
  let isOver = false;
  socket.addEventListener('message', ({ data }: { readonly data: unknown }) => {
    frames.push(data instanceof ArrayBuffer ? new Uint8Array(data) : data);
    wake();
  });
  const ended = new Promise<void>((resolve) => {
    socket.addEventListener('close', () => {
      isOver = true;
      resolve();
      wake();
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.on('error', (cause) => reject(new Error(`no firehose at ${host}: ${cause.message}`, { cause })));
  });
  return {
    frames, ended,
    until: (count, ms = 20_000) => new Promise((resolve, reject) => {
      const timer = setTimeout(() => done(() => reject(new Error(`${frames.length} of ${count} frames after ${ms} ms`))), ms);
      const done = (end: () => void): void => {
        clearTimeout(timer);
        waiting.delete(look);
        end();
      };
      const look = (): void => {
        if (frames.length >= count) done(() => resolve(frames));
        else if (isOver) done(() => reject(new Error(`the stream ended after ${frames.length} of ${count} frames`)));
      };
      waiting.add(look);
      look();
    }),
    close: () => socket.close(),
  };
}
