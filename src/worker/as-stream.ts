/**
 * An answer of JSON with a stream for a body. Chromium registers any other body with its browser process and waits for that,
 * which takes longer than all else about a small answer. Firefox, which has no streams of requests, is slower with one: there
 * the answer stays as it is, and everywhere a file does.
 */
export function asStream(answer: Response): Response {
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true;
  return isJson && 'body' in Request.prototype ? new Response(answer.body, answer) : answer;
}
