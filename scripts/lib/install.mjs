// Installs what a lockfile names, once. Plain Node 20, no dependencies: it runs before anything is installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** Says for which lockfile node_modules was installed. Only written when the install has ended well. */
const stampOf = (folder) => join(folder, 'node_modules', '.holdfast-lock');

const lockHash = (folder) => createHash('sha256').update(readFileSync(join(folder, 'package-lock.json'))).digest('hex');

/**
 * The environment to run npm in: the Node that runs us is not on its PATH, or npm would take that Node's folder for its
 * own and miss the settings of the machine, such as its certificates.
 */
export function npmEnvironment() {
  const ours = dirname(process.execPath);
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== ours || !ours.includes('node_modules'));
  return { ...process.env, PATH: path.join(delimiter) };
}

/** Whether node_modules of the folder is what its lockfile names. */
export function isInstalled(folder) {
  const stamp = stampOf(folder);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash(folder);
}

/**
 * Runs `npm ci` in the folder, without install scripts. It is quiet but for one line; when it fails, all that npm said is
 * printed. A stopped or failed install leaves no stamp, so that the next run installs again.
 * @param {string} folder
 * @param {(child: import('node:child_process').ChildProcess) => void} [started] gets the process, to stop it
 * @throws {Error} for people to read, when npm is missing or fails
 */
export async function install(folder, started = () => undefined) {
  const hash = lockHash(folder);
  const stamp = stampOf(folder);
  rmSync(stamp, { force: true });
  console.log('Installing the packages that package-lock.json names …');

  const child = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    env: npmEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started(child);
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => said.push(data));
  const ended = await new Promise((resolve) => {
    child.once('error', (error) => resolve({ error }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  if (ended.error?.code === 'ENOENT') throw new Error('Holdfast needs npm, and there is none on the PATH.');
  if (ended.error) throw new Error(`npm could not be started: ${ended.error.message}.`);
  if (ended.signal) throw new Error(`The install was stopped by ${ended.signal}. The next run installs again.`);
  if (ended.code !== 0) {
    process.stderr.write(Buffer.concat(said));
    throw new Error('npm could not install the packages; what it said stands above.');
  }
  // npm puts this one first on the PATH of its scripts, also where it cannot start: the bootstrap runs on the machine's.
  rmSync(join(folder, 'node_modules', '.bin', 'node'), { force: true });
  writeFileSync(`${stamp}.new`, hash);
  renameSync(`${stamp}.new`, stamp);
}
