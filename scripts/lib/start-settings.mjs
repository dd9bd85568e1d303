// The settings of `npm start`, from the environment.
import { resolve } from 'node:path';

const PORTS = { app: 'HOLDFAST_APP_PORT', mirror: 'HOLDFAST_MIRROR_PORT', relay: 'HOLDFAST_RELAY_PORT', directory: 'HOLDFAST_PLC_PORT' };
const DEFAULTS = { app: 8080, mirror: 2583, relay: 2584, directory: 2582 };

/**
 * @param {NodeJS.ProcessEnv} environment
 * @param {string} root against which the data folder is named
 * @returns {{ ports: { app: number, mirror: number, relay: number, directory?: number }, data: string, directory?: string, resolver?: string, relays: string[] }}
 *   0 means any free port; no port for a directory where another is used, which is then the address under `directory`
 * @throws {Error} for people to read
 */
export function readStartSettings(environment, root) {
  const text = (name) => environment[name]?.trim() || undefined;
  const directory = text('HOLDFAST_PLC_URL');
  if (directory !== undefined) checkOrigin('HOLDFAST_PLC_URL', directory);
  const resolver = text('HOLDFAST_RESOLVER_URL');
  if (resolver !== undefined && !URL.canParse(resolver)) throw new Error(`HOLDFAST_RESOLVER_URL is ${JSON.stringify(resolver)}, which is no address.`);
  const relays = (text('HOLDFAST_RELAYS') ?? '').split(',').map((relay) => relay.trim()).filter((relay) => relay !== '');
  for (const relay of relays) checkOrigin('HOLDFAST_RELAYS', relay);

  const ports = {};
  const taken = new Map();
  for (const [service, name] of Object.entries(PORTS)) {
    if (service === 'directory' && directory !== undefined) continue;
    const port = portOf(name, text(name), DEFAULTS[service]);
    if (taken.has(port)) throw new Error(`${name} and ${taken.get(port)} are both ${port}. Give each a port of its own.`);
    if (port !== 0) taken.set(port, name);
    ports[service] = port;
  }
  return { ports, data: resolve(root, text('HOLDFAST_DATA_DIR') ?? '.holdfast'), relays, ...(directory !== undefined && { directory }), ...(resolver !== undefined && { resolver }) };
}

/** What is to be said when a port cannot be had, undefined where that is no answer to the error. */
export function portAdvice(error, service, port) {
  const name = PORTS[service];
  if (error.code === 'EADDRINUSE') {
    return `Port ${port} is taken by another program, so Holdfast did not start. Close that program, or choose another port:

    ${name}=${port === 65_535 ? DEFAULTS[service] : port + 1} npm start
`;
  }
  if (error.code === 'EACCES') return `This user may not use port ${port}. Choose one above 1023: ${name}=${DEFAULTS[service]} npm start`;
  return undefined;
}

function portOf(name, text, standard) {
  if (text === undefined) return standard;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new Error(`${name} is ${JSON.stringify(text)}, which is not a port. Give a number from 1 to 65535.`);
}

function checkOrigin(name, text) {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '' && url.username === '') return;
  throw new Error(`${name} names ${JSON.stringify(text)}. It takes addresses of servers, such as https://plc.directory.`);
}
