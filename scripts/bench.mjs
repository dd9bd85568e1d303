// `npm run bench`: the engine, then a house inside browsers, then the street; peers are packages of their own. `--engine`,
// `--browser` and `--street` measure that part only; `--quick` measures less.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { install, isInstalled } from './lib/install.mjs';

const bench = (path) => fileURLToPath(new URL(`../test/bench/${path}`, import.meta.url));
const PARTS = [
  { option: '--engine', folder: bench('.'), script: bench('run.ts') },
  { option: '--browser', folder: bench('.'), script: bench('browser/run.ts') },
  { option: '--street', folder: bench('pds'), script: bench('street/run.ts') },
];

const options = process.argv.slice(2);
const asked = PARTS.filter(({ option }) => options.includes(option));

for (const { folder, script } of asked.length > 0 ? asked : PARTS) {
  try {
    if (!isInstalled(folder)) await install(folder);
  } catch (error) {
    console.error(`${error.message}\nNothing but ${folder}/node_modules was touched.`);
    process.exit(1);
  }
  const code = await run(script);
  if (code !== 0) process.exit(code);
}

async function run(script) {
  const child = spawn(process.execPath, ['--expose-gc', script, ...options], { stdio: 'inherit' });
  const stop = (signal) => child.kill(signal);
  // A terminal interrupts the child too; this process only waits for it.
  const interrupt = () => process.stdin.isTTY || process.stdout.isTTY || child.kill('SIGINT');
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, stop);
  process.on('SIGINT', interrupt);
  const code = await new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1));
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.off(signal, stop);
  process.off('SIGINT', interrupt);
  return code;
}
