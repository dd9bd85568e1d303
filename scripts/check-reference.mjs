// `npm run check:reference`: the checks of `npm run check` before the reference PDS, a package of its own that the bench has.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { install, isInstalled } from './lib/install.mjs';

const folder = fileURLToPath(new URL('../test/bench/pds', import.meta.url));
const script = fileURLToPath(new URL('../test/conformance/reference/run.ts', import.meta.url));

try {
  if (!isInstalled(folder)) await install(folder);
} catch (error) {
  console.error(`${error.message}\nNothing but ${folder}/node_modules was touched.`);
  process.exit(1);
}
spawn(process.execPath, ['--test', script], { stdio: 'inherit' }).once('exit', (code) => process.exit(code ?? 1));
