import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** So long, in milliseconds, the other side may take to hear a refusal while it still sends. */
const HEAR_MS = 500;

/**
 * A refusal of what has not come whole: the last answer on its connection, and says so, since what comes after the rest of that would be
 * lost. The connection stands for a moment more: one that is closed while the other side sends may take the answer with it.
 */
export async function lastAnswer(refused: Response, incoming: IncomingMessage): Promise<Response> {
  const { status, headers } = refused;
  // Not `bytes()`: an answer that a library has made in place of the platform's may not know it.
  const bytes = new Uint8Array(await refused.arrayBuffer());
  headers.set('connection', 'close');
  headers.set('content-length', String(bytes.length));
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes),
    pull: async (controller) => {
      await Promise.race([once(incoming, 'close'), pause(HEAR_MS, undefined, { ref: false })]);
      controller.close();
    },
  }, { highWaterMark: 0 });
  return new Response(body, { status, headers });
}
