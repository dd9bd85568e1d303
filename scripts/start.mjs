// `npm start`: builds the pages if need be and serves them on localhost.
import { buildIfStale, dist } from './build.mjs';
import { listenOnLocalhost, staticHandler } from './lib/static-server.mjs';

const DEFAULT_PORT = 8080;

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** 0 means any free port. */
function appPort() {
  const text = process.env.HOLDFAST_APP_PORT;
  if (text === undefined || text === '') return DEFAULT_PORT;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  return fail(`HOLDFAST_APP_PORT is ${JSON.stringify(text)}, which is not a port. Give a number from 1 to 65535.`);
}

const port = appPort();
let server;

async function stop() {
  await server?.close();
  console.log('\nHoldfast has stopped. Nothing of it runs any more.');
  process.exit(0);
}
process.once('SIGINT', stop);
process.once('SIGTERM', stop);

try {
  if (await buildIfStale()) console.log('Built the pages into dist/.');
} catch (error) {
  fail(`The pages could not be built, so nothing was started.\n${error.message}`);
}

try {
  server = await listenOnLocalhost(staticHandler(dist), port);
} catch (error) {
  if (error.code === 'EADDRINUSE') {
    fail(`Port ${port} is taken by another program, so Holdfast did not start. Close that program, or choose another port:

    HOLDFAST_APP_PORT=${port === 65_535 ? DEFAULT_PORT : port + 1} npm start
`);
  }
  if (error.code === 'EACCES') {
    fail(`This user may not use port ${port}. Choose one above 1023: HOLDFAST_APP_PORT=${DEFAULT_PORT} npm start`);
  }
  throw error;
}

console.log(`
  Holdfast

  pages     http://localhost:${server.port}
  mirror    not built yet
  relay     not built yet
  directory not built yet

  For now the pages say what works and check your browser. Nothing is stored, and there are no accounts.
  Ctrl-C stops it.
`);
