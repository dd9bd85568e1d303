// Runs a script of ours on Node 26, installing what the lockfile names first.
// Plain Node 20, no dependencies: this is the first thing a fresh machine runs.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createHash } from 'node:crypto';

const root = fileURLToPath(new URL('..', import.meta.url));
const lock = createHash('sha256').update(readFileSync(`${root}package-lock.json`)).digest('hex');
const stamp = `${root}node_modules/.holdfast-lock`;

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: root, stdio: 'inherit' });
  if (npm.status !== 0) {
    console.error('Holdfast could not install its packages (see above). Nothing else was changed.');
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}

const packaged = `${root}node_modules/node-${process.platform}-${process.arch}/bin/node`;
const major = Number(process.versions.node.split('.')[0]);
const node = major >= 26 ? process.execPath : packaged;
if (!existsSync(node)) {
  console.error(`Holdfast needs Node 26 or later, and has none for ${process.platform}-${process.arch}. Install it and run this again.`);
  process.exit(1);
}
const run = spawnSync(node, process.argv.slice(2), { cwd: root, stdio: 'inherit' });
process.exit(run.status ?? 1);
