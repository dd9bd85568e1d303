import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { plantedTree, runTool } from './plants.ts';
import type { PlantedTree } from './plants.ts';

/**
 * "room | may import" of the architecture, written down a second time, so that a slip in the lint configuration shows.
 * What is not named is refused.
 */
const RINGS_0_TO_2 = ['protocol', 'repo', 'identity', 'keys', 'mirroring', 'pds'];
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  repo: ['protocol'],
  identity: ['protocol'],
  keys: ['protocol'],
  mirroring: ['protocol', 'repo'],
  pds: ['protocol', 'repo', 'identity', 'keys', 'mirroring'],
  'storage/idb': ['protocol', 'repo', 'keys', 'mirroring', 'pds'],
  'storage/sqlite': ['protocol', 'repo', 'keys', 'mirroring', 'pds'],
  'storage/memory': ['protocol', 'repo', 'keys', 'mirroring', 'pds'],
  bridge: ['protocol', 'mirroring', 'bridge/websocket', 'bridge/webrtc', 'bridge/http', 'bridge/loopback'],
  'bridge/websocket': ['protocol', 'mirroring'],
  'bridge/webrtc': ['protocol', 'mirroring'],
  'bridge/http': ['protocol', 'mirroring'],
  'bridge/loopback': ['protocol', 'mirroring'],
  worker: [...RINGS_0_TO_2, 'storage/idb', 'bridge/http'],
  jobs: [...RINGS_0_TO_2, 'storage/idb'],
  ui: ['protocol', 'bridge'],
  mirror: [...RINGS_0_TO_2, 'storage/sqlite', 'bridge/websocket', 'bridge/webrtc', 'bridge/http'],
  street: [...RINGS_0_TO_2, 'storage/sqlite', 'bridge/websocket', 'bridge/webrtc', 'bridge/http'],
  conformance: RINGS_0_TO_2,
  testing: RINGS_0_TO_2,
};

/** Every way in which one module can name another. */
const FORMS: Readonly<Record<string, (path: string) => string>> = {
  import: (path) => `import { door } from '${path}';\nconsole.assert(door);\n`,
  'import of a namespace': (path) => `import * as all from '${path}';\nconsole.assert(all);\n`,
  'import for its effects': (path) => `import '${path}';\n`,
  'import type': (path) => `import type { Door } from '${path}';\nexport const open: Door = true;\n`,
  'export from': (path) => `export { door } from '${path}';\n`,
  'export type from': (path) => `export type { Door } from '${path}';\n`,
  'export everything from': (path) => `export * from '${path}';\n`,
  'export as a namespace from': (path) => `export * as all from '${path}';\n`,
  'export everything as types from': (path) => `export type * from '${path}';\n`,
  'dynamic import': (path) => `export const later = () => import('${path}');\n`,
  'import in a type': (path) => `export type Door = import('${path}').Door;\n`,
  'address of a module': (path) => `export const url = new URL('${path}', import.meta.url);\n`,
  'resolved address': (path) => `export const url = import.meta.resolve('${path}');\n`,
};

const RULE = 'boundaries(dependencies)';
const DOOR = 'export const door = true;\nexport type Door = true;\n';

let tree: PlantedTree;
before(async () => {
  tree = await plantedTree(['.oxlintrc.json', 'package.json']);
  const files = Object.keys(ROOMS).flatMap((room) => [`src/${room}/index.ts`, `src/${room}/inside.ts`]);
  await tree.write(Object.fromEntries([...files, 'test/support/house.ts'].map((file) => [file, DOOR])));
});

/** Plants the files, lints them, and gives the rules that each broke. A file that was not linted fails. */
async function brokenRules(files: Readonly<Record<string, string>>): Promise<Map<string, string[]>> {
  await tree.write(files);
  const names = Object.keys(files);
  const { output } = await runTool('oxlint/bin/oxlint', ['-f', 'json', ...names], tree.path);
  const report = JSON.parse(output) as {
    readonly number_of_files: number;
    readonly diagnostics: readonly { readonly filename: string; readonly code?: string; readonly message: string }[];
  };
  assert.equal(report.number_of_files, names.length, 'not every planted file was linted');
  const broken = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const { filename, code, message } of report.diagnostics) {
    const rules = broken.get(filename);
    assert.ok(rules !== undefined && code !== undefined, `${filename}: ${message}`);
    rules.push(code);
  }
  return broken;
}

/** Each of these files, of one import each, is refused by the table of rooms, once. */
async function refused(files: Readonly<Record<string, string>>): Promise<void> {
  const broken = [...await brokenRules(files)];
  const others = broken.filter(([, rules]) => rules.filter((rule) => rule === RULE).length !== 1);
  assert.deepEqual(others, [], 'not refused');
}

/** None of these files is refused by the table of rooms. */
async function allowed(files: Readonly<Record<string, string>>): Promise<void> {
  const broken = [...await brokenRules(files)];
  assert.deepEqual(broken.filter(([, rules]) => rules.some((rule) => rule.startsWith('boundaries'))), [], 'refused');
}

/** From a file of the one room to a file of the other, as an import names it. */
const path = (from: string, to: string, file = 'index.ts') => `${from.replaceAll(/[^/]+/g, '..')}/${to}/${file}`;

const fileName = (text: string) => text.replaceAll(/[^a-z]+/g, '-');

describe('the table of rooms', () => {
  const names = Object.keys(ROOMS);
  const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => [from, to] as const));
  const plant = (chosen: readonly (readonly [string, string])[]) => Object.fromEntries(
    chosen.map(([from, to]) => [`src/${from}/to-${fileName(to)}.ts`, FORMS['import type']!(path(from, to))]),
  );

  it('lets every room import what the architecture says', async () => {
    const may = pairs.filter(([from, to]) => ROOMS[from]!.includes(to));
    assert.ok(may.length > 50);
    await allowed(plant(may));
  });

  it('refuses every other pair of rooms', async () => {
    const mayNot = pairs.filter(([from, to]) => !ROOMS[from]!.includes(to) && !(from === 'ui' && to === 'identity'));
    assert.ok(mayNot.length > 200);
    await refused(plant(mayNot));
  });

  it('gives ui the types of identity, and nothing that runs', async () => {
    await allowed({ 'src/ui/identity-types.ts': FORMS['import type']!(path('ui', 'identity')) });
    await refused({ 'src/ui/identity-values.ts': FORMS['export from']!(path('ui', 'identity')) });
  });

  it('gives ui the one other door of keys, and no other room', async () => {
    await tree.write({ 'src/keys/passkey.ts': DOOR });
    const through = (room: string) => FORMS['export from']!(path(room, 'keys', 'passkey.ts'));
    await allowed({ 'src/ui/passkey.ts': through('ui') });
    await refused({ 'src/pds/passkey.ts': through('pds'), 'src/worker/passkey.ts': through('worker') });
  });

  it('knows every folder of src', async () => {
    const broken = await brokenRules({ 'src/attic/index.ts': DOOR, 'src/storage/attic/index.ts': DOOR });
    assert.deepEqual([...broken.values()], [['boundaries(no-unknown-files)'], ['boundaries(no-unknown-files)']]);
  });
});

describe('a forbidden import is refused in every form', () => {
  const kinds: Readonly<Record<string, readonly [room: string, target: string]>> = {
    upwards: ['repo', path('repo', 'pds')],
    sideways: ['identity', path('identity', 'keys')],
    'past a door': ['pds', path('pds', 'repo', 'inside.ts')],
    'of a module of Node in a neutral room': ['repo', 'node:crypto'],
    'of testing in production': ['mirror', path('mirror', 'testing')],
    'of a package that the room does not use': ['repo', 'hash-wasm'],
    'of a test in production': ['repo', '../../test/support/house.ts'],
  };
  for (const [kind, [room, target]] of Object.entries(kinds)) {
    it(kind, async () => {
      const file = (form: string) => `src/${room}/${fileName(`${kind} ${form}`)}.ts`;
      await refused(Object.fromEntries(Object.entries(FORMS).map(([form, write]) => [file(form), write(target)])));
    });
  }

  it('and allowed in every form where it is allowed', async () => {
    const target = path('jobs', 'repo');
    const plants = Object.entries(FORMS).map(([form, write]) => [`src/jobs/${fileName(form)}.ts`, write(target)]);
    await allowed(Object.fromEntries(plants));
  });
});

describe('modules of Node', () => {
  const use = FORMS['export from']!('node:crypto');

  it('are refused below ring 3, in the pages and in the jobs', async () => {
    const rooms = [...RINGS_0_TO_2, 'storage/idb', 'storage/memory', 'bridge/http', 'worker', 'ui', 'jobs', 'testing'];
    await refused(Object.fromEntries(rooms.map((room) => [`src/${room}/of-node.ts`, use])));
  });

  it('are refused without their prefix too', async () => {
    await refused({ 'src/repo/bare.ts': FORMS['export type from']!('fs/promises') });
  });

  it('are allowed in variants for Node, in unit tests and in rooms that only Node runs', async () => {
    const files = ['protocol/hash.node.ts', 'repo/hash.test.ts', 'mirror/server.ts', 'street/relay.ts', 'storage/sqlite/open.ts'];
    await allowed(Object.fromEntries(files.map((file) => [`src/${file}`, use])));
  });
});

describe('unit tests', () => {
  it('may use testing, the memory adapter, what lies in test/ for them, and packages', async () => {
    await allowed({
      'src/repo/a.test.ts': FORMS['export from']!(path('repo', 'testing')),
      'src/repo/b.test.ts': FORMS['export from']!(path('repo', 'storage/memory')),
      'src/repo/c.test.ts': FORMS['export from']!('../../test/support/house.ts'),
      'src/repo/d.test.ts': FORMS['export from']!('@ipld/dag-cbor'),
      'src/repo/e.test.ts': FORMS['export from']!('./inside.ts'),
    });
  });

  it('may not look past the doors of other rooms, nor upwards', async () => {
    await refused({
      'src/pds/past.test.ts': FORMS['export from']!(path('pds', 'repo', 'inside.ts')),
      'src/protocol/up.test.ts': FORMS['export from']!(path('protocol', 'repo')),
      'src/repo/past-testing.test.ts': FORMS['export from']!(path('repo', 'testing', 'inside.ts')),
    });
  });
});
