// knip: files, exports and dependencies that nothing uses; then again without the tests, for what only they use.
import { runTool } from '../lib/tool.mjs';

export const name = 'Dead code: knip';

/** @returns {Promise<{ passed: number, failed: number, notRun: string[] }>} one pass, or one failure with the findings */
export async function run() {
  let dead = false;
  for (const mode of [[], ['--production']]) {
    const { code, output } = await runTool('knip/bin/knip.js', ['--no-progress', '--treat-config-hints-as-errors', ...mode]);
    if (output.trim() !== '') console.log(`knip ${mode}\n${output.trimEnd()}`);
    dead ||= code !== 0;
  }
  return { passed: dead ? 0 : 1, failed: dead ? 1 : 0, notRun: [] };
}
