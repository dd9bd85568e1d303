// Where tests in browsers that hurt a house are told how much to do, and say what they did.

import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { isAll, seed, wanted } from './faults-settings.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Lines of the table, as they come: `Row` of test/browser/faults/hurt.ts, and the agent. */
const rows = [];

/** By name of the file, in test/browser/faults. */
const workers = new Map();

/** A middleware for @web/test-runner. */
export async function faultsDesk(context, next) {
  // A worker that asks for this stands still until it is ended.
  if (context.path === '/faults-desk/never') return new Promise((resolve) => context.req.once('close', resolve));
  const [, worker] = /^\/faults-desk\/([a-z]+-worker)\.js$/.exec(context.path) ?? [];
  if (worker !== undefined) {
    if (!workers.has(worker)) workers.set(worker, bundled(`test/browser/faults/${worker}.ts`));
    context.type = 'text/javascript';
    context.body = await workers.get(worker);
    return undefined;
  }
  if (context.path !== '/faults-desk') return next();
  if (context.method === 'GET') {
    context.body = { isAll, seed, wanted };
    return undefined;
  }
  let text = '';
  for await (const part of context.req) text += part;
  const row = { ...JSON.parse(text) };
  row.browser = browserOf(row.agent);
  rows.push(row);
  if (isAll) console.log([`  ${row.browser}: ${row.operation}, ${row.kind}: ${row.fired} of ${row.points} points${besides(row)}`, ...row.wrong ?? []].join('\n    '));
  context.status = 204;
  return undefined;
}

/** What is said of a race, whose cases are not the same every time. */
function besides({ past, during }) {
  if (during === undefined) return '';
  return `; ${past} more were over before; not done yet: ${Object.entries(during).map(([deed, times]) => `${deed} ${times} times`).join(', ')}`;
}

/** In one file: every worker that is stopped has another after it, which would ask for hundreds. The path is from the root. */
export async function bundled(file, external = ['@atproto/crypto', /second-verifier/]) {
  const { output } = await build({
    root, configFile: false, publicDir: false, logLevel: 'warn',
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: { conditions: ['browser', 'production', 'module', 'import', 'default'] },
    build: {
      write: false, target: 'es2022', minify: false, modulePreload: false,
      // The second verifier is loaded by jobs that no fault worker runs.
      rollupOptions: { input: `${root}${file}`, external, output: { format: 'es', codeSplitting: false } },
    },
  });
  return output[0].code;
}

/** Prints what happened, in Markdown: for each browser at how many points a fault happened, of how many. */
export function printTable() {
  const line = (cells) => console.log(`| ${cells.join(' | ')} |`);
  for (const [browser, own] of Map.groupBy(rows, (row) => row.browser)) {
    const kinds = [...new Set(own.map(({ kind }) => kind))];
    console.log(`\n${browser}\n`);
    line(['operation', ...kinds, 'acknowledged', 'refused', 'not answered']);
    line(['---', ...kinds, '', '', ''].map(() => '---'));
    for (const [operation, found] of Map.groupBy(own, (row) => row.operation)) {
      const cells = kinds.map((kind) => found.find((row) => row.kind === kind)).map((row) => (row === undefined ? '' : `${row.fired} of ${row.points}`));
      const sum = (name) => found.reduce((total, row) => total + row[name], 0);
      line([operation, ...cells, sum('acknowledged'), sum('refused'), sum('unanswered')]);
    }
  }
}

function browserOf(agent) {
  const named = (name, as) => new RegExp(`${name}/(\\S+)`).exec(agent)?.[1].replace(/^/, `${as} `);
  return named('Firefox', 'Firefox') ?? named('Chrome', 'Chromium') ?? named('Version', 'WebKit') ?? agent;
}
