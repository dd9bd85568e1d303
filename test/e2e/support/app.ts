import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { ChildProcess } from 'node:child_process';
import type { AddressInfo } from 'node:net';

const START = fileURLToPath(new URL('../../../scripts/start.mjs', import.meta.url));

/** A process of `npm start`. `output` is what it has printed so far, both streams. */
export interface App {
  readonly url: string;
  readonly output: string;
  /** Sends the signal and waits for the end: the exit code, or the signal that ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

/** Starts the app on a free port and waits until it says where it is. */
export async function startApp(): Promise<App> {
  const port = await freePort();
  const { child, output } = launch(String(port));
  const url = `http://localhost:${port}`;
  const ended = once(child, 'exit').then(([code, signal]) => (code as number | null) ?? (signal as NodeJS.Signals));
  const ready = new Promise<void>((resolve) => {
    const look = () => output().includes(url) && resolve();
    child.stdout.on('data', look);
  });
  const early = ended.then((code) => Promise.reject(new Error(`npm start ended with ${code}:\n${output()}`)));
  early.catch(() => undefined);
  await Promise.race([ready, early]);
  return {
    url,
    get output() {
      return output();
    },
    async stop(signal = 'SIGINT') {
      child.kill(signal);
      return ended;
    },
  };
}

/** Starts the app with a setting under which it must not run, and waits for its end. */
export async function failToStart(port: string): Promise<{ readonly code: unknown; readonly output: string }> {
  const { child, output } = launch(port);
  const [code] = await once(child, 'close');
  return { code, output: output() };
}

// A test that breaks off must not leave servers behind.
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function launch(port: string) {
  const env = { ...process.env, HOLDFAST_APP_PORT: port };
  const child = spawn(process.execPath, [START], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()));
  running.add(child);
  child.once('exit', () => running.delete(child));
  return { child, output: () => text };
}

/** A port that nothing listens on, on either address of localhost. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
