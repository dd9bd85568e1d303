import assert from 'node:assert/strict';
import { isBuiltin } from 'node:module';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { build, parseAst } from 'vite';
import type { Rolldown } from 'vite';
import { plantedTree, root } from './plants.ts';

/** What one room becomes for a browser: the code, and all that went into it. */
interface Bundle {
  readonly chunks: readonly Rolldown.OutputChunk[];
  readonly modules: readonly string[];
  /** What was left as an import, or replaced by an empty module, because only Node has it. */
  readonly ofNode: readonly string[];
}

async function bundle(entry: string, base = root): Promise<Bundle> {
  const outside = new Set<string>();
  const result = await build({
    root: base,
    configFile: false,
    publicDir: false,
    logLevel: 'silent',
    resolve: { conditions: ['browser', 'module', 'production'] },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: { entry: join(base, entry), formats: ['es'], fileName: 'bundle' },
    },
    // Before the bundler puts an empty module in the place of what browsers lack.
    plugins: [{
      name: 'watch-builtins',
      enforce: 'pre',
      resolveId: (source) => {
        if (isBuiltin(source)) outside.add(source);
      },
    }],
  });
  assert.ok(Array.isArray(result));
  const chunks = result.flatMap(({ output }) => output).filter((file) => file.type === 'chunk');
  const modules = chunks.flatMap(({ moduleIds }) => moduleIds);
  const own = new Set(chunks.map(({ fileName }) => fileName));
  const imported = chunks.flatMap((chunk) => [...chunk.imports, ...chunk.dynamicImports]).filter((file) => !own.has(file));
  return { chunks, modules, ofNode: [...outside, ...imported, ...modules.filter((id) => id.includes('browser-external'))] };
}

const GLOBALS_OF_NODE = new Set(['Buffer', 'process', 'require', 'setImmediate', '__dirname', '__filename']);

/** Names of globals of Node that the code reads, other than as the name of a property. */
function globalsOfNode(code: string): string[] {
  const found = new Set<string>();
  const visit = (node: unknown, isName: boolean): void => {
    if (Array.isArray(node)) return node.forEach((part) => visit(part, false));
    if (node === null || typeof node !== 'object') return;
    const { type, name, computed, shorthand } = node as Record<string, unknown>;
    if (type === 'Identifier' && !isName && GLOBALS_OF_NODE.has(String(name))) found.add(String(name));
    for (const [key, value] of Object.entries(node)) {
      visit(value, (key === 'property' || key === 'key') && computed !== true && shorthand !== true);
    }
  };
  visit(parseAst(code), false);
  return [...found];
}

/** The roots of packages of this name, from the paths of modules. */
function packageRoots(modules: readonly string[], name: string): string[] {
  const mark = `/node_modules/${name}/`;
  return [...new Set(modules.filter((id) => id.includes(mark)).map((id) => id.slice(0, id.lastIndexOf(mark) + mark.length)))];
}

/** Rings 0 to 2, as far as they exist. */
const ROOMS = globSync('src/{protocol,repo,identity,keys,mirroring,pds}/index.ts', { cwd: root }).map(dirname).sort();

it('the rooms are found', () => assert.ok(ROOMS.includes('src/protocol') && ROOMS.includes('src/repo')));

for (const room of ROOMS) {
  describe(`${room}, bundled for the browser`, () => {
    const made = bundle(`${room}/index.ts`);

    it('has the variants for the web', async () => {
      const { modules } = await made;
      const variants = modules.filter((id) => /\.(web|node)\.ts$/.test(id));
      assert.ok(modules.length > 20 && variants.length >= 2);
      assert.deepEqual(variants.filter((id) => id.endsWith('.node.ts')), []);
    });

    it('imports nothing of Node', async () => assert.deepEqual((await made).ofNode, []));

    it('reads no global of Node', async () => {
      for (const { fileName, code } of (await made).chunks) assert.deepEqual(globalsOfNode(code), [], fileName);
    });

    it('holds one multiformats, in the version of package.json', async () => {
      const roots = packageRoots((await made).modules, 'multiformats');
      assert.deepEqual(roots, [join(root, 'node_modules/multiformats/')]);
      const { version } = readJson<{ version: string }>('node_modules/multiformats/package.json');
      assert.equal(version, readJson<{ dependencies: Record<string, string> }>('package.json').dependencies['multiformats']);
    });
  });
}

it('what the bundle must not have is found where it is planted', async () => {
  const tree = await plantedTree(['package.json']);
  await tree.write({
    'planted.ts': "import { hash } from 'node:crypto';\nexport const planted = [hash, Buffer.from(''), process.pid];\n",
    'clean.ts': 'export const clean = (some: { Buffer: 1; process(): void }) => [some.Buffer, some.process, { process: 1 }];\n',
  });
  const planted = await bundle('planted.ts', tree.path);
  assert.ok(planted.ofNode.includes('node:crypto'));
  assert.deepEqual(planted.chunks.flatMap(({ code }) => globalsOfNode(code)).sort(), ['Buffer', 'process']);
  const clean = await bundle('clean.ts', tree.path);
  assert.deepEqual([clean.ofNode, clean.chunks.flatMap(({ code }) => globalsOfNode(code))], [[], []]);
  const two = ['/a/node_modules/multiformats/x.js', '/a/node_modules/b/node_modules/multiformats/x.js'];
  assert.equal(packageRoots([...two, ...two], 'multiformats').length, 2);
});

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

it('the lockfile knows one multiformats that is not only for development, beside those of the local directory', () => {
  const { packages } = readJson<Lockfile>('package-lock.json');
  const paths = Object.entries(packages)
    .filter(([path, { dev }]) => path.endsWith('node_modules/multiformats') && dev !== true)
    // The PLC directory of `npm start` is others' program: no page and no mirror loads anything of it.
    .filter(([path]) => !path.startsWith('node_modules/@did-plc/'))
    .map(([path]) => path);
  assert.deepEqual(paths, ['node_modules/multiformats']);
});

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as T;
}
