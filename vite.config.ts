import { defineConfig } from 'vite';
import { noEval } from './scripts/lib/no-eval.mjs';
import { repoWithoutNode } from './scripts/lib/repo-without-node.mjs';
import { slimAge } from './scripts/lib/slim-age.mjs';

export default defineConfig({
  // Relative addresses would break nested ones such as /at/<did>/<collection>; the house owns its whole origin.
  base: '/',
  appType: 'mpa',
  plugins: [slimAge(), noEval()],
  build: {
    target: 'es2022',
    rollupOptions: { input: { index: 'index.html', notFound: '404.html' } },
    // Every browser we support preloads modules by itself.
    modulePreload: { polyfill: false },
    // The policy of the pages allows no scripts, styles or workers in `data:` addresses.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  worker: {
    format: 'es',
    plugins: () => [slimAge(), noEval(), repoWithoutNode()],
    rollupOptions: {
      // Every job needs the words of the protocol: one file, for the list of files is part of the service worker.
      output: { entryFileNames: 'assets/jobs-[hash].js', codeSplitting: { groups: [{ name: 'protocol', test: /\/src\/(?:protocol|repo)\// }] } },
      // The door of a room does nothing but open: what one job alone takes from it comes with that job.
      treeshake: { moduleSideEffects: (id) => !/\/src\/[a-z]+\/index\.ts$/.test(id) || id.endsWith('/src/jobs/index.ts') },
    },
  },
});
