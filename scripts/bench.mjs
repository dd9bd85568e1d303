// `npm run bench`: the benchmark, whose peers are a package of their own in test/bench.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, isInstalled } from './lib/install.mjs';

const folder = fileURLToPath(new URL('../test/bench', import.meta.url));

try {
  if (!isInstalled(folder)) await install(folder);
} catch (error) {
  console.error(`${error.message}\nNothing but test/bench/node_modules was touched.`);
  process.exit(1);
}

const child = spawn(process.execPath, ['--expose-gc', join(folder, 'run.ts'), ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// A terminal interrupts the child too; this process only waits for it.
process.on('SIGINT', () => process.stdin.isTTY || process.stdout.isTTY || child.kill('SIGINT'));
child.once('exit', (code) => process.exit(code ?? 1));
