import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { plantedTree, root } from './plants.ts';
import type { PlantedTree } from './plants.ts';

let tree: PlantedTree;
before(async () => {
  const scripts = globSync('scripts/lib/{layers,node-tests}.mjs', { cwd: root });
  tree = await plantedTree([...scripts, 'package.json']);
});

/** Runs a module in the tree as a process that is not itself part of a test run. */
async function execute(module: string): Promise<{ readonly code: number | null; readonly output: string }> {
  // A file: what is given on the command line would be given to the test processes too.
  await tree.write({ 'main.mjs': module });
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const options = { cwd: tree.path, env, encoding: 'utf8', timeout: 120_000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['main.mjs'], options);
  return { code: status, output: stdout + stderr };
}

const script = (path: string) => JSON.stringify(pathToFileURL(join(tree.path, 'scripts', path)).href);

describe('the runner of test files counts', () => {
  const head = "import { before, describe, it, test } from 'node:test';\n";
  const cases: Readonly<Record<string, readonly [text: string, passed: number, failed: number]>> = {
    'tests, not suites nor tests that have subtests': [
      `${head}test('a', () => {});
       describe('b', () => { it('c', () => {}); describe('d', () => { it('e', () => {}); }); });
       describe('empty', () => {});
       test('f', async (t) => { await t.test('g', () => {}); await t.test('h', () => {}); });
       test('i', () => {});`, 6, 0],
    'a failure once, however deep it lies': [
      `${head}describe('a', () => { describe('b', () => {
         it('c', () => { throw new Error('no'); }); it('d', () => {}); }); });`, 1, 1],
    'a test that fails beside its subtests': [
      `${head}test('a', async (t) => { await t.test('b', () => {}); throw new Error('no'); });`, 1, 1],
    'a hook that fails, and the tests that it kept from running': [
      `${head}describe('a', () => { before(() => { throw new Error('no'); }); it('b', () => {}); it('c', () => {}); });`, 0, 3],
    'a file without tests as a failure': ['export const nothing = 1;', 0, 1],
    'a file with nothing but an empty suite as a failure': [`${head}describe('a', () => {});`, 0, 1],
    'a file that throws as a failure': [`${head}throw new Error('no');`, 0, 1],
    'a file that cannot be read as a failure': [`${head}test('a', () => { const const = 1; });`, 0, 1],
    'what is thrown after the last test': [
      `${head}test('a', () => { setTimeout(() => { throw new Error('late'); }, 1); });`, 1, 1],
    'a process that leaves in the middle': [
      `${head}test('a', () => {}); test('b', () => new Promise((done) => setTimeout(done, 300)));
       test('c', () => process.exit(0)); test('d', () => {});`, 1, 1],
    'an exit code that is not 0': [`${head}test('a', () => { process.exitCode = 3; });`, 1, 1],
    'skipped and postponed tests as failures': [
      `${head}test('a', { skip: 'why' }, () => {}); test('b', { todo: true }, () => {}); test('c', (t) => t.skip());
       test('d', () => {});`, 1, 3],
    'a test that hangs as a failure': [`${head}test('a', () => new Promise(() => {})); test('b', () => {});`, 1, 1],
  };

  for (const [name, [text, passed, failed]] of Object.entries(cases)) {
    it(name, async () => {
      await tree.write({ 'cases/planted.test.ts': text });
      const { output } = await execute(`
        const { runNodeTests } = await import(${script('lib/node-tests.mjs')});
        console.log(JSON.stringify(await runNodeTests(['cases/*.test.ts'], 3000)));`);
      const last = output.trimEnd().split('\n').at(-1) ?? '';
      const { failures, ...counts } = JSON.parse(last) as { readonly failures: readonly string[] };
      assert.deepEqual(counts, { passed, failed, notRun: [] }, output);
      assert.ok(failures.length === Math.min(failed, 1) && failures.every((text) => text.includes('✖ cases/planted.test.ts')), output);
    });
  }

  it('and prints counts of cases, failures in full, and nothing of what passes', async () => {
    await tree.write({
      'cases/planted.test.ts': `${head}test('quiet', (t) => { t.diagnostic('count: cases 7'); console.log('noise'); });`,
      'cases/other.test.ts': `${head}test('loud', () => { console.log('said before'); throw new Error('the reason'); });`,
    });
    const { output } = await execute(`
      const { runNodeTests } = await import(${script('lib/node-tests.mjs')});
      await runNodeTests(['cases/*.test.ts']);`);
    assert.match(output, /✔ cases\/planted\.test\.ts {2}1 passed/);
    assert.match(output, /count: cases 7/);
    assert.doesNotMatch(output, /noise|quiet/);
    assert.match(output, /✖ loud\n\s+Error: the reason\n\s+at .*other\.test\.ts/);
    assert.match(output, /said before/);
  });
});

describe('the layers', () => {
  async function sumOf(layers: Readonly<Record<string, string>>, names = Object.keys(layers)) {
    const files = Object.entries(layers).map(([name, text]) => [`layers/${name}.mjs`, text] as const);
    await tree.write(Object.fromEntries(files));
    return execute(`
      const { runLayers } = await import(${script('lib/layers.mjs')});
      process.exit(await runLayers(${JSON.stringify([names])}, new URL('layers/', import.meta.url)));`);
  }
  const layer = (result: string) => `export const name = 'planted'; export async function run() { ${result} }`;
  const fine = layer('return { passed: 2, failed: 0, notRun: [] };');

  it('are summed in the last line', async () => {
    const grounded = layer("return { passed: 0, failed: 0, notRun: ['the moon: no rocket'] };");
    const { code, output } = await sumOf({ a: fine, b: grounded });
    assert.match(output, /^a +2 +0 +\d/m);
    assert.match(output, /Could not run here:\n {2}the moon: no rocket\n\n2 passed, 0 failed\n$/);
    assert.equal(code, 0);
  });

  it('tell their failures again at the end', async () => {
    const bad = layer("return { passed: 1, failed: 1, failures: ['the whole reason'], notRun: [] };");
    const { output } = await sumOf({ bad, throws: layer("throw new Error('planted');"), good: fine });
    assert.match(output, /\n\nFailed:\nthe whole reason\n {2}✖ throws: Error: planted\n\n3 passed, 2 failed\n$/);
  });

  const failures: Readonly<Record<string, string>> = {
    fails: layer('return { passed: 1, failed: 1, notRun: [] };'),
    'runs nothing': layer('return { passed: 0, failed: 0, notRun: [] };'),
    throws: layer("throw new Error('planted');"),
    'counts nonsense': layer('return { passed: 0, failed: Number.NaN, notRun: [] };'),
    'gives nothing': layer(''),
    'cannot be loaded': 'export const = 1;',
  };
  for (const [name, text] of Object.entries(failures)) {
    it(`one that ${name} is a failure, and the others run`, async () => {
      const { code, output } = await sumOf({ bad: text, good: fine });
      assert.match(output, /^good +2 +0/m);
      assert.match(output, /\n[23] passed, 1 failed\n$/);
      assert.equal(code, 1);
    });
  }

  it('one that is not there is a failure', async () => {
    const { code, output } = await sumOf({ good: fine }, ['missing', 'good']);
    assert.match(output, /\n2 passed, 1 failed\n$/);
    assert.equal(code, 1);
  });
});

it('every test file belongs to one layer', () => {
  const patterns = {
    unit: 'src/**/*.test.ts',
    contract: 'test/contract/**/*.test.ts',
    engine: 'test/{vectors,property,refusals,memory,fuzz}/**/*.test.ts',
    simulation: 'test/simulation/**/*.test.ts',
    street: 'test/street/**/*.test.ts',
    faults: 'test/faults/**/*.test.ts',
    conformance: 'test/conformance/**/*.test.ts',
    structure: 'test/structure/**/*.test.ts',
    e2e: 'test/e2e/**/*.test.ts',
    accessibility: 'test/accessibility/**/*.test.ts',
    budgets: 'test/budgets/**/*.test.ts',
  };
  for (const [name, pattern] of Object.entries(patterns)) {
    assert.ok(readFileSync(`${root}scripts/layers/${name}.mjs`, 'utf8').includes(`'${pattern}'`), name);
  }
  const browser = 'test/browser/**/*.test.ts';
  assert.ok(readFileSync(`${root}web-test-runner.config.mjs`, 'utf8').includes(`'${browser}'`));
  const run = [...Object.values(patterns), browser].flatMap((pattern) => globSync(pattern, { cwd: root })).sort();
  const all = globSync('{src,test}/**/*.{test,spec}.{ts,mts,js,mjs}', { cwd: root })
    .filter((file) => !file.includes('node_modules'));
  assert.deepEqual(run, all.sort());
});
