// oxlint over everything, with the table of rooms in .oxlintrc.json.
import { runTool } from '../lib/tool.mjs';

export const name = 'Lint: oxlint, and the table of rooms';

/** @returns {Promise<{ passed: number, failed: number, notRun: string[] }>} one pass, or one failure with the findings */
export async function run() {
  const { code, output } = await runTool('oxlint/bin/oxlint', ['--deny-warnings', '--format=unix']);
  if (output.trim() !== '') console.log(output.trimEnd());
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, notRun: [] };
}
