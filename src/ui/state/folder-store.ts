import { saveFileName, startSave } from '../jobs/index.ts';
import { accountStore } from './account-store.ts';
import { FIRST_PLAN, isFolderDue, withWritten } from './folder-plan.ts';
import { folderRow, putFolderRow, removeFolderRow } from './folder-rows.ts';
import { jobRuns } from './job-runs.ts';
import { afterSafety } from './safety-words.ts';
import type { Account } from './account-store.ts';
import type { FolderPlan } from './folder-plan.ts';
import type { FolderRow } from './folder-rows.ts';

/** What the File System Access API adds, where there is one. */
interface Picking {
  readonly showDirectoryPicker?: (options: { readonly id: string; readonly mode: 'readwrite' }) => Promise<FileSystemDirectoryHandle>;
}
interface Permitted {
  queryPermission?(of: { readonly mode: 'readwrite' }): Promise<PermissionState>;
  requestPermission?(of: { readonly mode: 'readwrite' }): Promise<PermissionState>;
}

/** What is known of the folder of an account. */
export interface FolderState {
  /** Undefined until it was looked for. */
  readonly did: string | undefined;
  readonly row: FolderRow | undefined;
  /** Whether the browser lets these pages write there without a question. */
  readonly isAllowed: boolean;
}

/** How soon after the page has come, and how often then, it is looked whether a backup is due. In milliseconds. */
const FIRST_LOOK = 3_000;
const NEXT_LOOK = 300_000;
/** One page writes at a time. */
const LOCK = 'holdfast-folder';

const READWRITE = { mode: 'readwrite' } as const;

/** Whether this browser lets a page write into a folder of its owner's. */
export const canHaveFolder = (): boolean => (window as Picking).showDirectoryPicker !== undefined;

/** Saves backups into folders that their owners have chosen, while a page is open. */
class FolderStore {
  #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  state: FolderState = { did: undefined, row: undefined, isAllowed: false };

  /** Looks now and then, when the browser has nothing else to do, whether a backup is due. */
  watch(): void {
    this.#timer ??= setTimeout(() => void this.#look(), FIRST_LOOK);
  }

  /** Hears of every change until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Finds out about the folder of an account, and which of its backups are still there. Never rejects. */
  async open(did: string): Promise<void> {
    try {
      const row = await folderRow(did);
      const isAllowed = row !== undefined && await isPermitted(row.folder);
      this.#become({ did, row: isAllowed ? await this.#withPresent(row) : row, isAllowed });
    } catch {
      this.#become({ did, row: undefined, isAllowed: false });
    }
  }

  /** Has the owner choose a folder, in their gesture, and writes the first backup into it. @throws DOMException */
  async choose(did: string): Promise<void> {
    const folder = await (window as Picking).showDirectoryPicker?.({ id: 'holdfast', mode: 'readwrite' });
    if (folder === undefined) return;
    await putFolderRow({ ...FIRST_PLAN, did, folder });
    await this.open(did);
    await this.#writeAlone(did);
  }

  /** Asks for the permission that the browser has taken back, in a gesture of the owner. */
  async allow(): Promise<void> {
    const { did, row } = this.state;
    if (did === undefined || row === undefined) return;
    await (row.folder as Permitted).requestPermission?.(READWRITE);
    await this.open(did);
    if (this.state.isAllowed) await this.#look();
  }

  async change(did: string, plan: Partial<Pick<FolderPlan, 'every' | 'keep'>>): Promise<void> {
    const row = await folderRow(did);
    if (row !== undefined) await putFolderRow({ ...row, ...plan });
    await this.open(did);
  }

  /** Writes no more into the folder. What is in it stays. */
  async forget(did: string): Promise<void> {
    await removeFolderRow(did).catch(() => undefined);
    await this.open(did);
  }

  /** Writes a backup now, whether one is due or not. */
  async write(did: string): Promise<void> {
    await this.#writeAlone(did);
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), NEXT_LOOK);
    await idle();
    for (const { did, head } of accountStore.state.accounts ?? []) {
      try {
        const row = await folderRow(did);
        if (row === undefined || jobRuns.isBusy || !await isPermitted(row.folder)) continue;
        if (isFolderDue(await this.#withPresent(row), head.rev, Date.now())) await this.#writeAlone(did);
      } catch {
        // What cannot be read now is looked at again later; the reminder of an old backup stands meanwhile.
      }
    }
  }

  /** In one page at a time. Never rejects: what failed is in the row. */
  async #writeAlone(did: string): Promise<void> {
    await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
      const account = accountStore.state.accounts?.find((known) => known.did === did);
      if (lock !== null && account !== undefined) await this.#write(account).catch((error: unknown) => this.#failed(did, error));
    });
    // The screen may be about another account.
    if (this.state.did === did) await this.open(did);
  }

  /** The old ones go when the new one was read back, and not before. */
  async #write({ did, handle, head }: Account): Promise<void> {
    const row = await folderRow(did);
    if (row === undefined) return;
    const name = saveFileName({ did, rev: head.rev, ...(handle !== undefined && { handle }) }, 'zip');
    // Written over, it could be lost if that failed.
    if (row.written.some((known) => known.name === name)) return;
    const file = await row.folder.getFileHandle(name, { create: true });
    const job = startSave({ did, form: 'zip', file });
    jobRuns.follow('folder', '/backups', did, job);
    const { rev, records, bytes } = await job.done.catch(async (error: unknown) => {
      // The name of what was not written stands for nothing.
      if ((await file.getFile()).size === 0) await row.folder.removeEntry(name);
      throw error;
    });
    const { plan, surplus } = withWritten(await folderRow(did) ?? row, { name, time: new Date().toISOString(), rev, records, bytes });
    await putFolderRow({ ...plan, did, folder: row.folder });
    for (const old of surplus) await row.folder.removeEntry(old).catch(() => undefined);
  }

  async #failed(did: string, error: unknown): Promise<void> {
    const row = await folderRow(did).catch(() => undefined);
    const message = afterSafety(error instanceof Error ? error.message : String(error));
    if (row !== undefined) await putFolderRow({ ...row, failed: { time: new Date().toISOString(), message } }).catch(() => undefined);
  }

  /** Backups that the owner has taken away are none. */
  async #withPresent(row: FolderRow): Promise<FolderRow> {
    const written: FolderRow['written'][number][] = [];
    for (const backup of row.written) {
      const isThere = await row.folder.getFileHandle(backup.name).then(() => true, () => false);
      if (isThere) written.push(backup);
    }
    if (written.length === row.written.length) return row;
    const present = { ...row, written };
    await putFolderRow(present);
    return present;
  }

  #become(state: FolderState): void {
    this.state = state;
    for (const listener of this.#listeners) listener();
  }
}

export const folderStore = new FolderStore();

/** A folder of the origin's own needs no permission, and has no question. */
async function isPermitted(folder: FileSystemDirectoryHandle): Promise<boolean> {
  const permission = await (folder as Permitted).queryPermission?.(READWRITE);
  return permission === undefined || permission === 'granted';
}

/** Not every browser says when it has nothing to do. */
const idle = (): Promise<unknown> => new Promise((resolve) => {
  if ('requestIdleCallback' in window) window.requestIdleCallback(resolve, { timeout: 60_000 });
  else setTimeout(resolve, 0);
});
