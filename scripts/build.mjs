// `npm run build`: the pages as a static site in dist/. Also used by `npm start` and the tests.
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as viteBuild } from 'vite';
import { injectManifest } from 'workbox-build';
import { noEval } from './lib/no-eval.mjs';
import { noPreload } from './lib/no-preload.mjs';
import { slimRouter } from './lib/slim-router.mjs';

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
    await buildWorker(fresh);
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

/** Adds the service worker to the pages: one file, since it may import nothing later, with the list of what it keeps. */
async function buildWorker(folder) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  await viteBuild({
    root, configFile: false, publicDir: false, logLevel: 'warn', plugins: [slimRouter(), noEval(), noPreload()],
    define: { HOLDFAST_VERSION: JSON.stringify(`${version}+${digestOf(folder)}`), 'process.env.NODE_ENV': '"production"' },
    resolve: { conditions: ['browser', 'production', 'module', 'import', 'default'] },
    build: {
      outDir: folder, emptyOutDir: false, target: 'es2022', reportCompressedSize: false, modulePreload: false,
      rollupOptions: {
        input: join(root, 'src/worker/index.ts'),
        // Only for keys on K-256, which this worker neither has nor meets; it could not load anything later either.
        external: ['@atproto/crypto'],
        // No module does anything by being loaded but the first. So of the rooms only that comes along which is used: nothing that seals or opens a kit.
        treeshake: { moduleSideEffects: false },
        output: { format: 'es', entryFileNames: 'sw.js', codeSplitting: false },
      },
    },
  });
  const worker = join(folder, 'sw.js');
  await injectManifest({
    swSrc: worker, swDest: worker, globDirectory: folder, globPatterns: ['**/*.{html,js,css,svg,webmanifest}'],
    globIgnores: ['sw.js'], dontCacheBustURLsMatching: /^assets\//, maximumFileSizeToCacheInBytes: 5_000_000,
  });
}

/** Names a build by what is in it: the same sources give the same name. */
function digestOf(folder) {
  const hash = createHash('sha256');
  for (const name of globSync('**/*.{html,js,css}', { cwd: folder }).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 8);
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
