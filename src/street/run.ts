import type { StreetServer } from './directory.ts';

/** A setting that says what it should not. */
class SettingError extends Error {}

/** @throws SettingError */
export function portSetting(name: string, standard: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return standard;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new SettingError(`${name} is ${JSON.stringify(text)}, which is not a port. Give a number from 1 to 65535.`);
}

/** The value of a setting that may be left out or empty. */
export function setting(name: string, standard: string): string {
  return process.env[name] || standard;
}

/**
 * Runs a server as the whole of this process: says its address as `<name> http://…` on a line of its own, and ends it on
 * SIGINT, SIGTERM, or when the process that started it has gone.
 */
export async function run(name: string, portName: string, start: () => Promise<StreetServer>): Promise<void> {
  let server: StreetServer;
  try {
    server = await start();
  } catch (error) {
    console.error(reasonOf(error, portName));
    process.exitCode = 1;
    return;
  }
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void server.close().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  if (process.send !== undefined) process.once('disconnect', stop);
  console.log(`${name} ${server.url}`);
}

function reasonOf(error: unknown, portName: string): string {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `The port of ${portName} is taken by another program. Close that program, or give ${portName} another port.`;
  }
  if (error instanceof SettingError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
