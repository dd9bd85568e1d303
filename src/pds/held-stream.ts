/**
 * Hands out a stream while `hold` keeps what it reads: `hold` is given a function that makes the stream, and is let go
 * when the stream has ended, failed or been cancelled.
 */
export function heldStream(hold: (open: (stream: ReadableStream<Uint8Array>) => Promise<void>) => Promise<void>): Promise<ReadableStream<Uint8Array>> {
  return new Promise((resolve, reject) => {
    hold((stream) => new Promise((release) => resolve(watched(stream, release)))).catch(reject);
  });
}

function watched(stream: ReadableStream<Uint8Array>, ended: () => void): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      ended();
    },
    async cancel(reason) {
      await reader.cancel(reason).finally(ended);
    },
  }, { highWaterMark: 0 });
}
