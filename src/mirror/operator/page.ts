/** Answers `GET /`, which needs no token: it holds nothing, and what it shows it asks for with the token. */
export function page(_request: Request): Response {
  return new Response('This is where the operator of this mirror asks it. What it answers is under /xrpc/app.holdfast.operator.\n', {
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  });
}
