import assert from 'node:assert/strict';
import { it } from 'node:test';
import { globSync } from 'node:fs';
import { plantedTree, root, runTool } from './plants.ts';

it('finds dead files, dead exports, and in production what only tests use', async () => {
  const configuration = ['knip.json', 'package.json', '.oxlintrc.json', ...globSync('tsconfig.*.json', { cwd: root })];
  const tree = await plantedTree(configuration);
  await tree.write({
    'src/protocol/index.ts': "export { used } from './used.ts';\n",
    'src/protocol/used.ts': 'export const used = 1;\nexport const deadExport = 2;\nexport const testedOnly = 3;\n',
    'src/protocol/dead-file.ts': 'export const x = 1;\n',
    'src/protocol/used.test.ts': "import { testedOnly } from './used.ts';\nconsole.log(testedOnly);\n",
  });
  const findings = async (...args: string[]) => {
    const { code, output } = await runTool('knip/bin/knip.js', ['--no-progress', ...args], tree.path);
    assert.equal(code, 1);
    return output;
  };
  const all = await findings();
  assert.match(all, /^src\/protocol\/dead-file\.ts/m);
  assert.match(all, /^deadExport .*used\.ts/m);
  assert.doesNotMatch(all, /testedOnly/);
  assert.match(await findings('--production'), /^testedOnly .*used\.ts/m);
});
