import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ChildProcess } from 'node:child_process';

/** A server in a process of its own, which said in a line of JSON where it is. */
export interface ServerProcess {
  readonly said: Readonly<Record<string, string>>;
  readonly pid: number;
  /** Asks it over the channel between the processes. */
  ask(question: string): Promise<unknown>;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
// A run that breaks off leaves nothing behind; where it is killed, the children see their channel end.
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export async function startServer(script: string, args: readonly string[] = []): Promise<ServerProcess> {
  const env = { ...process.env, NODE_ENV: 'production', LOG_ENABLED: 'false', NODE_NO_WARNINGS: '1' };
  const child = spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const pid = child.pid!;
  running.add(child);
  const ended = once(child, 'exit').then(([code]) => {
    running.delete(child);
    return code as unknown;
  });
  const told = Promise.withResolvers<Record<string, string>>();
  createInterface({ input: child.stdout! }).on('line', (line) => line.startsWith('{') && told.resolve(JSON.parse(line) as Record<string, string>));
  void ended.then((code) => told.reject(new Error(`${script} ended with ${String(code)} before it said where it is.`)));
  const said = await told.promise;
  return {
    said, pid,
    async ask(question) {
      const answer = once(child, 'message');
      child.send(question);
      return (await answer)[0] as unknown;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/**
 * How far a process rises above the memory that it has in RAM now, in MB; ask when the work is done. Undefined where the
 * system does not tell.
 */
export function watchPeak(pid: number): () => number | undefined {
  try {
    const before = memoryOf(pid, 'VmRSS');
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
    return () => memoryOf(pid, 'VmHWM') - before;
  } catch {
    return () => undefined;
  }
}

/** Milliseconds of a processor that a process has used, as Linux counts them, in steps of 10. Undefined elsewhere. */
export function processorMs(pid: number): number | undefined {
  try {
    // From the third field on. The name of a command, the second, may have any character in it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return undefined;
  }
}

/** Counts from now on. */
export function watchProcessor(pid: number): () => number | undefined {
  const before = processorMs(pid);
  return () => before === undefined ? undefined : processorMs(pid)! - before;
}

/** In MB. */
function memoryOf(pid: number, what: 'VmRSS' | 'VmHWM'): number {
  const [, kilobytes] = new RegExp(`^${what}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
