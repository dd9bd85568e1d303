import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBody } from './body.ts';

function posted(chunks: readonly Uint8Array[], isEndless = false): { readonly request: Request; readonly wasCancelled: () => boolean } {
  let cancelled = false;
  const left = [...chunks];
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = left.shift();
      if (chunk !== undefined) controller.enqueue(chunk);
      else if (isEndless) await new Promise(() => undefined);
      else controller.close();
    },
    cancel() {
      cancelled = true;
    },
  });
  return { request: new Request('https://house.example/', { method: 'POST', body, duplex: 'half' } as RequestInit), wasCancelled: () => cancelled };
}

test('a body is read whole, in time', async () => {
  const { request } = posted([Uint8Array.of(1, 2), Uint8Array.of(3)]);
  assert.deepEqual(await readBody(request, 3, 60_000), Uint8Array.of(1, 2, 3));
});

test('a body that has not come in time is waited for no longer, and one that is too long is not read on', async () => {
  const late = posted([Uint8Array.of(1)], true);
  await assert.rejects(readBody(late.request, 3, 10), { status: 408, code: 'RequestTimeout' });
  const long = posted([new Uint8Array(4)], true);
  await assert.rejects(readBody(long.request, 3, 60_000), { status: 413, code: 'PayloadTooLarge' });
  assert.deepEqual([late.wasCancelled(), long.wasCancelled()], [true, true]);
});
