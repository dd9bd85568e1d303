// A plugin for @web/test-runner: the `imports` of package.json (`#sha256`), as a browser sees them.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export function subpathImports() {
  const { imports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  return {
    name: 'subpath-imports',
    resolveImport({ source, context }) {
      // Packages have `imports` of their own, which the runner resolves.
      if (!source.startsWith('#') || context.path.includes('/node_modules/')) return undefined;
      const target = imports[source]?.browser;
      if (target === undefined) throw new Error(`package.json imports ${source} nowhere for browsers`);
      return `/${relative(root, `${root}${target}`)}`;
    },
  };
}
