// The mirror as a process of its own; the settings are in the environment (settings.ts).
import { constants } from 'node:os';
import { MirrorStoreError } from '../mirroring/index.ts';
import { collectByNeed } from './collect-by-need.ts';
import { runCommand } from './commands.ts';
import { logAsJson, logToConsole } from './log.ts';
import { startMirror } from './mirror.ts';
import type { RunningMirror } from './mirror.ts';
import { readSettings, SettingError } from './settings.ts';
import { VERSION } from './version.ts';

collectByNeed();

/** Each part of stopping has its own limit, which together are less. */
const MOST_STOPPING_MS = 20_000;
/** What it is told to do beside running a mirror. */
const args = process.argv.slice(2);

let mirror: RunningMirror | undefined;
let stopping = false;

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  setTimeout(() => {
    console.error('Stopping took too long; what was acknowledged is durable');
    process.exit(1);
  }, MOST_STOPPING_MS).unref();
  await mirror?.close();
  process.exit(0);
}

function said(error: unknown): string {
  if (error instanceof SettingError || error instanceof MirrorStoreError) return error.message;
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    const name = 'port' in error && String(error.port) === process.env['HOLDFAST_OPERATOR_PORT']?.trim() ? 'HOLDFAST_OPERATOR_PORT' : 'HOLDFAST_MIRROR_PORT';
    return `The port of ${name} is taken by another program. Close that program, or give ${name} another port.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** @param code of a command, which has not done what it should */
function end(code: number): void {
  if (args.length > 0) process.exit(code);
  void stop();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end(128 + constants.signals[signal]));
// Whoever started it with a channel has gone.
if (process.send !== undefined) process.once('disconnect', () => end(1));

try {
  const settings = readSettings(process.env);
  if (args.length > 0) process.exit(await runCommand(args, settings, VERSION, { say: (line) => console.log(line), complain: (line) => console.error(line) }));
  mirror = await startMirror(settings, { log: settings.log === 'json' ? logAsJson : logToConsole });
  if (settings.log === 'json') logAsJson(`This mirror is ${mirror.url}`);
  else console.log(`mirror ${mirror.url}`);
} catch (error) {
  console.error(said(error));
  // The channel to whoever started it would keep it alive.
  process.exit(1);
}
