import { undoChanges } from './record-house.ts';
import type { Change } from './changes.ts';

/** The last thing that was done in this tab, and how taking it back stands. */
export interface Undoable {
  readonly did: string;
  readonly changes: readonly Change[];
  /** Of the commit that did it, where it is known. */
  readonly rev: string | undefined;
  readonly phase: 'offered' | 'working' | 'undone' | 'failed';
  readonly error?: unknown;
}

/** Remembers the last change of this tab, so that it can be taken back by a new commit. A reload forgets it. */
class UndoStore {
  #listeners = new Set<() => void>();
  current: Undoable | undefined;

  /** Hears of every change until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What was just done. */
  offer(did: string, changes: readonly Change[], rev?: string): void {
    this.#become({ did, changes, rev, phase: 'offered' });
  }

  /** Takes the last change back. Does nothing if there is none. Never rejects. */
  async undo(): Promise<void> {
    const { current } = this;
    if (current === undefined || current.phase === 'working' || current.phase === 'undone') return;
    const { did, changes, rev } = current;
    this.#become({ did, changes, rev, phase: 'working' });
    try {
      await undoChanges(did, changes);
      this.#become({ did, changes, rev, phase: 'undone' });
    } catch (error) {
      this.#become({ did, changes, rev, phase: 'failed', error });
    }
  }

  /** Lets it be. */
  forget(): void {
    this.#become(undefined);
  }

  #become(current: Undoable | undefined): void {
    this.current = current;
    for (const listener of this.#listeners) listener();
  }
}

export const undoStore = new UndoStore();
