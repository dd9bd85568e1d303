// Memory and processor time of a process with all that it started, as Linux counts them.
import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of the clock by which Linux counts processor time, a second. */
const TICKS = 100;

/** Looks four times a second until `end`. Memory that several processes share is counted once. */
export class ProcessWatch {
  #pid;
  #before;
  #most = 0;
  #ticks;
  #timer;

  constructor(pid) {
    this.#pid = pid;
    this.#before = memoryOf(pid);
    this.#ticks = ticksOf(pid);
    this.#timer = setInterval(() => {
      this.#most = Math.max(this.#most, memoryOf(pid) ?? 0);
    }, 250);
  }

  /**
   * Since this was last asked: how far memory rose above where it began, in bytes, and how many seconds of a processor
   * were used. Undefined where the system does not tell.
   */
  take() {
    const most = Math.max(this.#most, memoryOf(this.#pid) ?? 0);
    const ticks = ticksOf(this.#pid);
    const used = { memory: this.#before && most - this.#before, seconds: this.#ticks && (ticks - this.#ticks) / TICKS };
    this.#most = 0;
    this.#ticks = ticks;
    return used;
  }

  end() {
    clearInterval(this.#timer);
  }
}

const memoryOf = (pid) => sumOf(pid, (each) =>
  1024 * Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${each}/smaps_rollup`, 'utf8'))?.[1] ?? 0));

/** What ended meanwhile is counted by the one who started it. */
const ticksOf = (pid) => sumOf(pid, (each) => statOf(each).slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0));

function sumOf(pid, measure) {
  try {
    return familyOf(pid).reduce((sum, each) => sum + (attempt(() => measure(each)) ?? 0), 0);
  } catch {
    return undefined;
  }
}

function familyOf(pid) {
  const children = new Map();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? attempt(() => Number(statOf(name)[1])) : undefined;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const family = [pid];
  for (const member of family) family.push(...(children.get(member) ?? []));
  return family;
}

/** From the third field on. The name of a command, the second, may have any character in it. */
function statOf(pid) {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
}

/** A process may end while it is looked at. */
function attempt(look) {
  try {
    return look();
  } catch {
    return undefined;
  }
}
