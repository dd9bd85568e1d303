// Memory of a process with all that it started, as Linux counts it.
import { readdirSync, readFileSync } from 'node:fs';

/** Looks four times a second until `end`. Pages that several processes share are counted once. */
export class MemoryWatch {
  #pid;
  #before;
  #most = 0;
  #timer;

  constructor(pid) {
    this.#pid = pid;
    this.#before = memoryOf(pid);
    this.#timer = setInterval(() => {
      this.#most = Math.max(this.#most, memoryOf(pid) ?? 0);
    }, 250);
  }

  /** How far it rose above where it began since this was last asked, in bytes; undefined where the system does not tell. */
  rise() {
    const most = Math.max(this.#most, memoryOf(this.#pid) ?? 0);
    this.#most = 0;
    return this.#before === undefined ? undefined : most - this.#before;
  }

  end() {
    clearInterval(this.#timer);
  }
}

function memoryOf(pid) {
  try {
    return familyOf(pid).reduce((sum, each) => sum + shareOf(each), 0);
  } catch {
    return undefined;
  }
}

function familyOf(pid) {
  const children = new Map();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? parentOf(name) : undefined;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const family = [pid];
  for (const member of family) family.push(...(children.get(member) ?? []));
  return family;
}

function parentOf(name) {
  try {
    // The name of a command may have any character in it, parentheses too.
    return Number(readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')[1]);
  } catch {
    return undefined;
  }
}

function shareOf(pid) {
  try {
    return 1024 * Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
