// Packages of Debian, for what npm does not have. Plain Node 20, no dependencies: the bootstrap uses it.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Whether Debian packages can be installed here: root, Debian, apt-get. (Ubuntu's `chromium` is only a snap.) */
export function canInstallFromDebian() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return process.getuid?.() === 0 && /^ID="?debian"?$/m.test(release) && onPath('apt-get') !== undefined;
}

/**
 * Installs packages with apt-get, which prints what it does.
 * @param {string[]} packages
 * @returns {string | undefined} why it did not work
 */
export function installFromDebian(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // A source that cannot be reached fails the update, and the packages may still come from another.
  run('apt-get', ['update', '-q'], { env });
  return run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env });
}

/** Runs a command to its end, printing what it prints; returns why it did not work. */
export function run(command, args, options) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options });
  return status === 0 ? undefined : `${command} ${args[0]} failed (${error?.message ?? `exit ${status}`})`;
}

/** The full path of a command, or undefined. */
export function onPath(command) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, command)).find(isExecutable);
}

/** Whether there is a file that may be run. */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
