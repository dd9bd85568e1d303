import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildProcess } from 'node:child_process';
import { buildIfStale, dist } from '../../../scripts/build.mjs';
import { listenOnLocalhost, staticHandler } from '../../../scripts/lib/static-server.mjs';

const START = fileURLToPath(new URL('../../../scripts/start.mjs', import.meta.url));

/** The pages alone, served as `npm start` does. */
export interface Site {
  readonly url: string;
  stop(): Promise<unknown>;
}

/** A directory that is not there: browsers refuse this port, so that no test asks the one of the world. */
const NO_DIRECTORY = 'http://localhost:9';

/** What went wrong on a page, but for what it asked the directory that is not there, as a restore does. */
export const besidesDirectory = (troubles: readonly string[]): string[] => troubles.filter((trouble) => !trouble.includes(`: ${NO_DIRECTORY}/`));

/** What went wrong where kits are opened and lie with the mirror, but for passphrases that were refused, and who is asked about all that. */
export function besidesKits(troubles: readonly string[], { directory, mirror }: Pick<App, 'directory' | 'mirror'>): string[] {
  const known = [`: ${directory}/`, ...['getKits', 'putKit', 'removeKit'].map((name) => `: ${mirror}/xrpc/app.holdfast.mirror.${name}`)];
  return troubles.filter((trouble) => !/status of 400/.test(trouble) && !known.some((asked) => trouble.includes(asked)));
}

/** Serves the built pages, for tests that need nothing else of `npm start`. */
export async function servePages(): Promise<Site> {
  await buildIfStale();
  const server = await listenOnLocalhost(staticHandler(dist, { '/settings.json': () => JSON.stringify({ directory: NO_DIRECTORY }) }), 0);
  return { url: `http://localhost:${server.port}`, stop: () => server.close() };
}

/** A process of `npm start`. `output` is what it has printed so far, both streams. */
export interface App {
  readonly url: string;
  readonly mirror: string;
  readonly relay: string;
  readonly directory: string;
  readonly output: string;
  /** Its folder, which is deleted when this process ends. */
  readonly data: string;
  /** Of `npm start` itself. */
  readonly pid: number;
  /** Resolves when the pattern has been printed. */
  said(pattern: RegExp): Promise<void>;
  /** Sends the signal and waits for the end: the exit code, or the signal that ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

/** Any free port for each of the four. */
const ANY_PORTS = { HOLDFAST_APP_PORT: '0', HOLDFAST_MIRROR_PORT: '0', HOLDFAST_RELAY_PORT: '0', HOLDFAST_PLC_PORT: '0' };

/** Starts all of Holdfast on free ports, in a folder of its own unless one is given, and waits until it says where it is. */
export async function startApp(settings: Record<string, string> = {}): Promise<App> {
  const { child, output, data } = launch(settings);
  const ended = once(child, 'exit').then(([code, signal]) => (code as number | null) ?? (signal as NodeJS.Signals));
  const said = async (pattern: RegExp): Promise<void> => {
    const heard = new Promise<void>((resolve) => {
      const look = (): void => {
        if (pattern.test(output())) resolve();
      };
      child.stdout.on('data', look);
      look();
    });
    const early = ended.then((code) => Promise.reject(new Error(`npm start ended with ${code}:\n${output()}`)));
    early.catch(() => undefined);
    await Promise.race([heard, early]);
  };
  await said(/Ctrl-C/);
  const addressOf = (name: string): string => new RegExp(String.raw`^ +${name} +(http\S+)`, 'm').exec(output())?.[1] ?? '';
  return {
    url: addressOf('pages'), mirror: addressOf('mirror'), relay: addressOf('relay'), directory: addressOf('directory'),
    data, said, pid: child.pid!,
    get output() {
      return output();
    },
    async stop(signal = 'SIGINT') {
      child.kill(signal);
      return ended;
    },
  };
}

/** Starts the app with settings under which it must not run, and waits for its end. */
export async function failToStart(settings: Record<string, string>): Promise<{ readonly code: unknown; readonly output: string }> {
  const { child, output } = launch(settings);
  const [code] = await once(child, 'close');
  return { code, output: output() };
}

// A test that breaks off must not leave servers or folders behind.
const running = new Set<ChildProcess>();
const folders = new Set<string>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function launch(settings: Record<string, string>) {
  const data = settings['HOLDFAST_DATA_DIR'] ?? mkdtempSync(join(tmpdir(), 'holdfast-start-'));
  folders.add(data);
  const env = { ...process.env, ...ANY_PORTS, HOLDFAST_DATA_DIR: data, ...settings };
  const child = spawn(process.execPath, [START], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  running.add(child);
  child.once('exit', () => running.delete(child));
  return { child, output: () => text, data };
}
