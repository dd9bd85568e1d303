// `npm run build`: the pages as a static site in dist/. Also used by `npm start` and the tests.
import { existsSync, globSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as viteBuild } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
export const dist = join(root, 'dist');

/** What the build is made of. Folders count too: their time changes when a file in them is removed. */
const SOURCES = ['src', 'src/**', 'public', 'public/**', '*.html', 'vite.config.ts', 'package.json', 'package-lock.json'];

/**
 * Builds into a folder of its own and puts it in the place of dist/ at the end, so that a build which fails or is
 * stopped leaves the last one whole.
 * @throws what the bundler throws
 */
export async function build() {
  const fresh = join(root, '.holdfast', `build-${process.pid}`);
  const clean = () => rmSync(fresh, { recursive: true, force: true });
  const start = new Date();
  process.once('exit', clean);
  try {
    await viteBuild({ root, logLevel: 'warn', build: { outDir: fresh, emptyOutDir: true } });
    // What is edited while the build runs is newer than the build.
    utimesSync(join(fresh, 'index.html'), start, start);
    const old = `${fresh}-old`;
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(fresh, dist);
    rmSync(old, { recursive: true, force: true });
  } finally {
    clean();
    process.off('exit', clean);
  }
}

/** Builds if a source is newer than dist/, or there is none. Tells whether it did. */
export async function buildIfStale() {
  const page = join(dist, 'index.html');
  if (existsSync(page) && newest() <= statSync(page).mtimeMs) return false;
  await build();
  return true;
}

function newest() {
  const times = globSync(SOURCES, { cwd: root }).map((path) => statSync(join(root, path)).mtimeMs);
  return Math.max(...times);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build();
  console.log('Built the pages into dist/. Serve them with the headers in dist/_headers, from an origin of their own.');
}
