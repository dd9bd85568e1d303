import assert from 'node:assert/strict';
import { test } from 'node:test';
import { streamedFetch } from './limited-fetch.ts';

test('of an answer that is too long, or that nobody takes, no more is read', async () => {
  for (const [bytes, take, outcome, headers] of [
    [4, () => undefined, { code: 'AnswerTooLarge' }, {}],
    [100, () => undefined, { code: 'AnswerTooLarge' }, { 'content-length': '101' }],
    [100, () => assert.fail('it is another'), { code: 'Unreachable', cause: { message: 'it is another' } }, {}],
  ] as const) {
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(5)),
      cancel: () => {
        isCancelled = true;
      },
    });
    const reading = streamedFetch(async () => new Response(body, { headers }), 'https://there.test', {}, { ms: 60_000, bytes }, take);
    const { code, cause } = await reading.then(() => assert.fail('it was read'), (error: { code: string; cause?: Error }) => error);
    assert.deepEqual({ code, ...(cause && { cause: { message: cause.message } }) }, outcome);
    assert.equal(isCancelled, true);
  }
});
