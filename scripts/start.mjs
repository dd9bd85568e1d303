// `npm start`: builds the pages if need be and serves them on localhost, with a mirror, a relay and a PLC directory.
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfStale, dist } from './build.mjs';
import { KeptProcess } from './lib/kept-process.mjs';
import { portAdvice, readStartSettings } from './lib/start-settings.mjs';
import { listenOnLocalhost, staticHandler } from './lib/static-server.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What has to be closed or stopped at the end. */
const running = [];
let stopping;

async function end() {
  stopping ??= Promise.allSettled(running.map((stop) => stop()));
  await stopping;
}

async function fail(message) {
  // Somebody has stopped it meanwhile, so nothing failed.
  if (stopping !== undefined) return new Promise(() => undefined);
  await end();
  console.error(message);
  return process.exit(1);
}

async function stop() {
  if (stopping !== undefined) return;
  await end();
  console.log('\nHoldfast has stopped. Nothing of it runs any more.');
  process.exit(0);
}
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

async function readSettings() {
  try {
    return readStartSettings(process.env, root);
  } catch (error) {
    return fail(error.message);
  }
}

/** Listens where a part of Holdfast will be, or is. */
async function claim(service, port, handler) {
  try {
    return await listenOnLocalhost(handler, port);
  } catch (error) {
    const advice = portAdvice(error, service, port);
    if (advice === undefined) throw error;
    return fail(advice);
  }
}

const shown = (path) => (path.startsWith(root) ? relative(root, path) : path);

const settings = await readSettings();

try {
  if (await buildIfStale()) console.log('Built the pages into dist/.');
} catch (error) {
  await fail(`The pages could not be built, so nothing was started.\n${error.message}`);
}

// A port that is taken is better known before anything runs, and one that is free is the same after a restart.
const { directory, resolver } = settings;
const addresses = { ...(directory !== undefined && { directory }), ...(resolver !== undefined && { resolver }) };
const pages = await claim('app', settings.ports.app, staticHandler(dist, { '/settings.json': () => JSON.stringify(addresses) }));
running.push(() => pages.close());
const held = [];
for (const service of ['directory', 'mirror', 'relay']) {
  const port = settings.ports[service];
  if (port === undefined) continue;
  const place = await claim(service, port, (_request, response) => response.writeHead(503).end());
  held.push(place);
  addresses[service] = `http://localhost:${place.port}`;
}
await Promise.all(held.map((place) => place.close()));

const portOf = (service) => URL.parse(addresses[service]).port;
const env = {
  ...process.env,
  HOLDFAST_DATA_DIR: settings.data,
  HOLDFAST_PLC_URL: addresses.directory,
  // Its lines are read by people, and the one that says where it is by us.
  HOLDFAST_LOG: 'text',
  HOLDFAST_MIRROR_PORT: portOf('mirror'),
  HOLDFAST_RELAY_PORT: portOf('relay'),
  HOLDFAST_RELAYS: [addresses.relay, ...settings.relays].join(','),
  ...(settings.directory === undefined && { HOLDFAST_PLC_PORT: portOf('directory') }),
};

async function start(name, script) {
  if (stopping !== undefined) return;
  const kept = new KeptProcess(name, join(root, script), { env, cwd: root }, (line) => console.log(line));
  running.push(() => kept.stop());
  try {
    await kept.start();
  } catch (error) {
    await fail(`${error.message}\nHoldfast did not start, and nothing of it runs.`);
  }
}

await Promise.all([
  settings.directory === undefined && start('directory', 'src/street/directory-main.ts'),
  start('relay', 'src/street/relay-main.ts'),
]);
// It asks the other two as soon as it runs.
await start('mirror', 'src/mirror/main.ts');

if (stopping === undefined) {
  console.log(`
  Holdfast

  pages     http://localhost:${pages.port}
  mirror    ${addresses.mirror}
  relay     ${addresses.relay}
  directory ${addresses.directory}${settings.directory === undefined ? '' : ' (not of this machine)'}

  Open the pages, make an account, and pair it with the mirror. Accounts live in your browser; mirror, relay and directory
  keep what they know in ${shown(settings.data)}. Ctrl-C stops all of it.
`);
}
