import type { FolderPlan } from './folder-plan.ts';

/** A folder that its owner has chosen for the backups of an account. */
export interface FolderRow extends FolderPlan {
  readonly did: string;
  readonly folder: FileSystemDirectoryHandle;
}

const DATABASE = 'holdfast-folders';
const STORE = 'folders';

/** The folder of an account: only a database of the browser can keep one. @throws DOMException */
export async function folderRow(did: string): Promise<FolderRow | undefined> {
  return inStore('readonly', (store) => store.get(did) as IDBRequest<FolderRow | undefined>);
}

/** @throws DOMException */
export async function putFolderRow(row: FolderRow): Promise<void> {
  await inStore('readwrite', (store) => store.put(row));
}

/** @throws DOMException */
export async function removeFolderRow(did: string): Promise<void> {
  await inStore('readwrite', (store) => store.delete(did));
}

async function inStore<Result>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<Result>): Promise<Result> {
  const database = await opened();
  try {
    const transaction = database.transaction(STORE, mode, { durability: 'strict' });
    const request = work(transaction.objectStore(STORE));
    return await new Promise<Result>((resolve, reject) => {
      transaction.addEventListener('complete', () => resolve(request.result));
      for (const end of ['abort', 'error']) transaction.addEventListener(end, () => reject(transaction.error ?? new DOMException('Stopped', 'AbortError')));
    });
  } finally {
    database.close();
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.addEventListener('upgradeneeded', () => request.result.createObjectStore(STORE, { keyPath: 'did' }));
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new DOMException('Not opened', 'UnknownError')));
  });
}
