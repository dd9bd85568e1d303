import { XrpcError } from './xrpc-error.ts';

/**
 * The body of a request, whole. Where it can be read as a stream, no more than `limit` bytes are taken, and none after `ms` milliseconds.
 * @throws XrpcError PayloadTooLarge, RequestTimeout
 */
export async function readBody(request: Request, limit: number, ms?: number): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit);
  // The platform gives these none, and takes long to say so.
  if (request.method === 'GET' || request.method === 'HEAD') return new Uint8Array();
  // Firefox has no streams of requests.
  const { body } = request as { body?: ReadableStream<Uint8Array> | null };
  const bytes = body ? await collect(body, limit, ms) : new Uint8Array(await request.arrayBuffer());
  if (bytes.length > limit) throw tooLarge(limit);
  return bytes;
}

async function collect(body: ReadableStream<Uint8Array>, limit: number, ms: number | undefined): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let isLate = false;
  const timer = ms === undefined ? undefined : setTimeout(() => {
    isLate = true;
    // Whoever waits for more hears of an end then.
    reader.cancel().catch(() => undefined);
  }, ms);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (isLate) throw new XrpcError(408, 'RequestTimeout', 'The body did not come in time. Nothing was changed.');
      if (done) break;
      size += value.length;
      if (size > limit) {
        await reader.cancel();
        throw tooLarge(limit);
      }
      chunks.push(value);
    }
  } finally {
    clearTimeout(timer);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function tooLarge(limit: number): XrpcError {
  return new XrpcError(413, 'PayloadTooLarge', `This takes at most ${limit.toLocaleString('en')} bytes. Nothing was changed.`);
}
