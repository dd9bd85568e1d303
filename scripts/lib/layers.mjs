// Runs layers of tests and sums them up.
import { existsSync } from 'node:fs';
import { inspect } from 'node:util';

/**
 * Runs the groups one after the other and the layers of a group side by side. A layer is `scripts/layers/<name>.mjs` and
 * exports `name`, a line for people, and `run()`, which resolves to `{ passed, failed, notRun }`, and `failures`, texts, where it has
 * them. A layer that is not there, throws, or runs nothing without saying why, is one failure; the others run all the same.
 *
 * Failures are told again at the end, for who sees only that. The last line of all output is `N passed, N failed`.
 * @param {string[][]} groups
 * @returns {Promise<0 | 1>} the exit code: 1 if anything failed
 */
export async function runLayers(groups, folder = new URL('../layers/', import.meta.url)) {
  const results = [];
  for (const group of groups) {
    results.push(...(await Promise.all(group.map((layer) => runLayer(layer, folder)))));
  }
  const passed = sum(results, 'passed');
  const failed = sum(results, 'failed');
  const notRun = results.flatMap((result) => result.notRun);

  const failures = results.flatMap((result) => result.failures);

  console.log(`\n${table(results)}`);
  if (notRun.length > 0) console.log(`\nCould not run here:\n${notRun.map((line) => `  ${line}`).join('\n')}`);
  if (failures.length > 0) console.log(`\nFailed:\n${failures.join('\n')}`);
  await lastLine(`\n${passed} passed, ${failed} failed\n`);
  return failed > 0 ? 1 : 0;
}

async function runLayer(layer, folder) {
  const start = performance.now();
  const counts = { passed: 0, failed: 0, failures: [], notRun: [] };
  try {
    const file = new URL(`${layer}.mjs`, folder);
    if (!existsSync(file)) throw new Error(`There is no scripts/layers/${layer}.mjs`);
    const { name, run } = await import(file.href);
    console.log(`\n${layer}: ${name}`);
    Object.assign(counts, await run());
    const { passed, failed, notRun } = counts;
    if (!isCount(passed) || !isCount(failed) || !Array.isArray(notRun)) throw new Error(`${layer} gave no counts`);
    if (passed + failed + notRun.length === 0) throw new Error(`${layer} ran nothing`);
  } catch (error) {
    // To standard output like all else, so that whoever reads both streams finds the last line last.
    console.log(inspect(error));
    counts.failures.push(`  ✖ ${layer}: ${String(error)}`);
    Object.assign(counts, { passed: toCount(counts.passed), failed: toCount(counts.failed) + 1 });
    if (!Array.isArray(counts.notRun)) counts.notRun = [];
  }
  return { layer, ...counts, seconds: (performance.now() - start) / 1000 };
}

const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const toCount = (value) => (isCount(value) ? value : 0);
const sum = (results, key) => results.reduce((total, result) => total + result[key], 0);

function table(results) {
  const rows = results.map(({ layer, passed, failed, seconds }) => [layer, passed, failed, seconds.toFixed(1)]);
  return [['layer', 'passed', 'failed', 'seconds'], ...rows]
    .map(([layer, ...numbers]) => layer.padEnd(14) + numbers.map((number) => String(number).padStart(9)).join(''))
    .join('\n');
}

/** Written to the end, and nothing after it: whoever reads the output reads this line. */
function lastLine(line) {
  return new Promise((resolve) => process.stdout.write(line, resolve));
}
