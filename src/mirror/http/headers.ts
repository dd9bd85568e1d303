/** Headers that apps of the network send; a browser may name others, which are taken too. */
const REQUEST_HEADERS = 'Authorization, Content-Type, DPoP, atproto-proxy, atproto-accept-labelers, atproto-content-labelers, holdfast-session, holdfast-turn';

/** Headers of answers that scripts may read. */
const ANSWER_HEADERS = 'DPoP-Nonce, WWW-Authenticate, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, atproto-repo-rev, '
  + 'atproto-content-labelers, Accept-Ranges, Content-Length, Content-Range, ETag, holdfast-session, holdfast-turn';

/** What goes on every answer. All here is public or asks for a token, never a cookie, so scripts of any origin may read it. */
const ALWAYS = Object.entries({
  'access-control-allow-origin': '*',
  'access-control-expose-headers': ANSWER_HEADERS,
  'cross-origin-resource-policy': 'cross-origin',
  'content-security-policy': "default-src 'none'; sandbox",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
});

/** Puts on an answer what goes on every answer, unless it has its own. To make another answer of it would cost a stream. */
export function addHeaders({ headers }: Response, isPublic: boolean): void {
  for (const [name, value] of ALWAYS) if (!headers.has(name)) headers.set(name, value);
  if (isPublic) headers.set('strict-transport-security', 'max-age=31536000');
}

/** What a browser asks before it lets a script of another origin call. */
export function preflight(request: Request): Response {
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE, OPTIONS',
      'access-control-allow-headers': request.headers.get('access-control-request-headers') ?? REQUEST_HEADERS,
      'access-control-max-age': '86400',
      vary: 'access-control-request-headers',
    },
  });
}
