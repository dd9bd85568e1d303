/** A CAR as an answer of `com.atproto.sync.*`. */
export function carResponse(car: ReadableStream<Uint8Array> | Uint8Array): Response {
  // A whole CAR is fresh, so its bytes are on memory of their own.
  return new Response(car as ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>, {
    headers: { 'content-type': 'application/vnd.ipld.car', 'x-content-type-options': 'nosniff' },
  });
}
