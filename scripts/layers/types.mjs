// The compiler over every tsconfig.*.json but the base, each a runtime with its own globals.
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runTool } from '../lib/tool.mjs';

export const name = 'Types: each project with the globals of its runtime, rings 0-2 twice';

/** @returns {Promise<{ passed: number, failed: number, notRun: string[] }>} a project counts once */
export async function run() {
  const counts = { passed: 0, failed: 0, notRun: [] };
  const projects = globSync('tsconfig.*.json', { cwd: fileURLToPath(new URL('../..', import.meta.url)) })
    .filter((project) => project !== 'tsconfig.base.json')
    .sort();
  for (const project of projects) {
    const { code, output } = await runTool('typescript/bin/tsc', ['-p', project, '--pretty', 'false']);
    console.log(`  ${code === 0 ? '✔' : '✖'} ${project}`);
    if (code === 0) counts.passed++;
    else {
      counts.failed++;
      console.log(output.trimEnd());
    }
  }
  return counts;
}
