// A small server of static files, for `npm start` and the tests: GET and HEAD, ETags, the headers of `_headers`.
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream';
import { readHeadersFile } from './headers-file.mjs';
import { readRedirectsFile } from './redirects-file.mjs';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
};

/**
 * A request handler for the files under `folder`. Folders are answered with their index.html, addresses of the app as
 * `_redirects` says, everything unknown with 404.html. Names that begin with `.` or `_` are not served.
 * @param {string} folder absolute path of a built site with `_headers`, `_redirects` and `404.html`
 * @param {Record<string, () => string>} made JSON texts by path, which take the place of files
 */
export function staticHandler(folder, made = {}) {
  const headersFor = readHeadersFile(readFileSync(join(folder, '_headers'), 'utf8'));
  const redirected = readRedirectsFile(readFileSync(join(folder, '_redirects'), 'utf8'));

  return (request, response) => {
    const { method = 'GET', url = '/' } = request;
    response.setHeader('cache-control', 'no-cache');
    if (method !== 'GET' && method !== 'HEAD') return plain(response, 405, 'Only GET and HEAD', { allow: 'GET, HEAD' });
    const path = requestPath(url);
    if (path === undefined) return plain(response, 400, 'Not a path');

    for (const [name, value] of Object.entries(headersFor(path))) response.setHeader(name, value);
    if (Object.hasOwn(made, path)) return sendText(request, response, made[path]());

    const file = resolveFile(folder, path) ?? resolveFile(folder, redirected(path) ?? '');
    if (file !== undefined) return send(request, response, 200, file);
    response.setHeader('cache-control', 'no-cache');
    send(request, response, 404, resolveFile(folder, '/404.html'));
  };
}

/** The path of a request, decoded; undefined when it is none. */
function requestPath(url) {
  try {
    const path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
    return path.includes('\0') ? undefined : path;
  } catch {
    return undefined;
  }
}

/** The file for a path, or undefined. Never one outside of the folder. */
function resolveFile(folder, path) {
  const hidden = path.split(/[/\\]/).some((part) => part.startsWith('.') || part.startsWith('_'));
  const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
  if (hidden || !file.startsWith(folder + sep)) return undefined;
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats?.isFile() ? { file, size: stats.size, changed: stats.mtimeMs } : undefined;
}

function send(request, response, status, { file, size, changed }) {
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  response.setHeader('content-type', type);
  const tag = `"${size.toString(36)}-${Math.round(changed).toString(36)}"`;
  response.setHeader('etag', tag);
  if (status === 200 && request.headers['if-none-match']?.split(/\s*,\s*/).includes(tag)) {
    response.writeHead(304).end();
    return;
  }
  response.setHeader('content-length', size);
  response.writeHead(status);
  if (request.method === 'HEAD') response.end();
  // A reader that goes away ends the stream; there is nobody left to tell.
  else pipeline(createReadStream(file), response, () => undefined);
}

function sendText(request, response, text) {
  const body = Buffer.from(text);
  response.writeHead(200, { 'content-type': TYPES['.json'], 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function plain(response, status, text, headers = {}) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(`${text}\n`);
}

/**
 * Listens on localhost, which is two addresses on most machines; a browser may ask either.
 * @returns {Promise<{ port: number, close(): Promise<void> }>}
 * @throws the system's error, such as EADDRINUSE; nothing is left listening then
 */
export async function listenOnLocalhost(handler, port) {
  const servers = [];
  const close = async () => {
    await Promise.all(servers.map((server) => new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    })));
  };
  const listen = (host, at) => new Promise((resolve, reject) => {
    const server = createServer(handler);
    server.once('error', reject);
    server.listen({ host, port: at }, () => {
      servers.push(server);
      resolve(server.address().port);
    });
  });

  const bound = await listen('127.0.0.1', port);
  try {
    await listen('::1', bound);
  } catch (error) {
    const hasNoIpv6 = error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT';
    if (!hasNoIpv6) {
      await close();
      throw error;
    }
  }
  return { port: bound, close };
}
