import type { Process, World } from './world.ts';

type Mode = 'exclusive' | 'shared';

interface Held {
  readonly name: string;
  readonly mode: Mode;
  readonly process: Process;
}

interface Wanted extends Held {
  readonly grant: () => void;
}

interface Options {
  readonly mode?: Mode;
  readonly ifAvailable?: boolean;
}

type Work<Result> = (lock: { readonly name: string; readonly mode: Mode } | null) => Result | Promise<Result>;

/** As LockManager: the locks of one origin. Those of a process that is no more are free. */
export class Locks {
  readonly #world: World;
  #held: Held[] = [];
  #wanted: Wanted[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  request<Result>(name: string, options: Options | Work<Result>, given?: Work<Result>): Promise<Result> {
    const [{ mode = 'exclusive', ifAvailable = false }, work] = typeof options === 'function' ? [{} as Options, options] : [options, given!];
    const process = this.#world.current;
    return new Promise((resolve, reject) => {
      const held: Held = { name, mode, process };
      const run = (lock: Held | null): void => {
        const worked = Promise.resolve(lock).then(work).finally(() => {
          if (lock !== null) this.#release(held);
        });
        worked.then(resolve, reject);
      };
      if (ifAvailable && !this.#isFree(held, this.#wanted)) {
        this.#world.soon(process, () => run(null));
        return;
      }
      this.#wanted.push({ ...held, grant: () => {
        this.#held.push(held);
        this.#world.soon(process, () => run(held), 0.01, 0.3);
      } });
      this.#grant();
    });
  }

  async query(): Promise<{ readonly held: readonly Held[]; readonly pending: readonly Held[] }> {
    return { held: [...this.#held], pending: [...this.#wanted] };
  }

  /** The process is no more. */
  orphan(gone: Process): void {
    this.#held = this.#held.filter(({ process }) => process !== gone);
    this.#wanted = this.#wanted.filter(({ process }) => process !== gone);
    this.#grant();
  }

  #release(held: Held): void {
    const at = this.#held.indexOf(held);
    if (at === -1) return;
    this.#held.splice(at, 1);
    this.#grant();
  }

  #grant(): void {
    const left: Wanted[] = [];
    for (const wanted of this.#wanted) {
      if (this.#isFree(wanted, left)) wanted.grant();
      else left.push(wanted);
    }
    this.#wanted = left;
  }

  /** Nobody holds it in a way that forbids this, and nobody waits for it before. */
  #isFree({ name, mode }: Held, before: readonly Held[]): boolean {
    return [...this.#held, ...before].every((other) => other.name !== name || (mode === 'shared' && other.mode === 'shared'));
  }
}
