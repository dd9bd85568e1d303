import { setTimeout as pause } from 'node:timers/promises';

const LOOK_MS = 5;
const MOST_MS = 30_000;

/** Resolves when something has come to hold. @throws Error that says what did not, after half a minute */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + MOST_MS;
  while (!await holds()) {
    if (performance.now() > end) throw new Error(`It did not come to hold in ${MOST_MS / 1_000} s: ${what}`);
    await pause(LOOK_MS);
  }
}
