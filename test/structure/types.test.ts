import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { before, describe, it } from 'node:test';
import { plantedTree, root, runTool } from './plants.ts';
import type { PlantedTree } from './plants.ts';

const WEB_WORKER = 'tsconfig.neutral.webworker.json';
const NODE = 'tsconfig.neutral.node.json';

describe('rings 0 to 2 know no environment', () => {
  let tree: PlantedTree;
  before(async () => {
    tree = await plantedTree(['tsconfig.base.json', WEB_WORKER, NODE, 'package.json']);
  });

  /** The errors of the project, as "file: code message". */
  async function errors(project: string, text: string, file = 'src/pds/planted.ts'): Promise<string[]> {
    await tree.write({ [file]: text });
    const { output } = await runTool('typescript/bin/tsc', ['-p', project, '--pretty', 'false'], tree.path);
    await tree.remove(file);
    return output.split('\n').filter((line) => line.includes('error TS'));
  }

  async function refused(project: string, text: string, name: string): Promise<void> {
    const [error, ...others] = await errors(project, text);
    assert.match(error ?? 'no error', new RegExp(`planted\\.ts.*TS\\d+: Cannot find name '${name}'`));
    assert.deepEqual(others, []);
  }

  for (const name of ['document', 'window', 'alert']) {
    it(`${name} is in neither`, async () => {
      for (const project of [WEB_WORKER, NODE]) await refused(project, `export const planted: unknown = ${name};\n`, name);
    });
  }

  for (const name of ['process', 'Buffer', 'setImmediate']) {
    it(`${name} of Node is not in the worker`, async () => {
      await refused(WEB_WORKER, `export const planted: unknown = ${name};\n`, name);
      assert.deepEqual(await errors(NODE, `export const planted: unknown = ${name};\n`), [], 'or the plant is wrong');
    });
  }

  for (const name of ['indexedDB', 'caches', 'FileReaderSync']) {
    it(`${name} of workers is not in Node`, async () => {
      await refused(NODE, `export const planted: unknown = ${name};\n`, name);
      assert.deepEqual(await errors(WEB_WORKER, `export const planted: unknown = ${name};\n`), [], 'or the plant is wrong');
    });
  }

  it('what both have is in both', async () => {
    const text = 'export const planted: readonly unknown[] = [Request, Response, crypto.subtle, ReadableStream, AbortSignal];\n';
    for (const project of [WEB_WORKER, NODE]) assert.deepEqual(await errors(project, text), []);
  });

  it('each sees its own variants', async () => {
    const planted = 'export const planted: unknown = nothing;\n';
    for (const [project, own, other] of [[WEB_WORKER, 'web', 'node'], [NODE, 'node', 'web']] as const) {
      await tree.write({ 'src/pds/index.ts': 'export {};\n' });
      assert.equal((await errors(project, planted, `src/pds/planted.${own}.ts`)).length, 1);
      assert.deepEqual(await errors(project, planted, `src/pds/planted.${other}.ts`), []);
    }
  });
});

describe('the projects', () => {
  const projects = globSync('tsconfig.*.json', { cwd: root }).filter((project) => project !== 'tsconfig.base.json');

  it('together hold every file of TypeScript', async () => {
    const held = new Set<string>();
    for (const project of projects) {
      const { code, output } = await runTool('typescript/bin/tsc', ['-p', project, '--listFilesOnly'], root);
      assert.equal(code, 0, output);
      for (const file of output.split('\n')) held.add(relative(root, file.trim()));
    }
    const all = globSync(['src/**/*.ts', 'test/**/*.ts', '*.ts'], { cwd: root })
      .filter((file) => !file.startsWith('test/bench/'));
    assert.ok(all.length > 100);
    assert.deepEqual(all.filter((file) => !held.has(file)), []);
  });

  it('all stand on the strict base, and none loosens it', () => {
    const own = new Set(['lib', 'types', 'customConditions']);
    for (const project of projects) {
      const text = readFileSync(`${root}${project}`, 'utf8').replaceAll(/^\s*\/\/.*$/gm, '');
      const { extends: base, compilerOptions } = JSON.parse(text) as { extends: string; compilerOptions: object };
      assert.equal(base, './tsconfig.base.json', project);
      assert.deepEqual(Object.keys(compilerOptions).filter((option) => !own.has(option)), [], project);
    }
  });
});
