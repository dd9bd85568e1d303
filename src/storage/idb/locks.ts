/** Names of Web Locks, which all tabs and workers of the origin share. */
export const lockName = {
  /** Held by the one who writes to an account. */
  writer: (did: string) => `repo:${did}`,
  /** Shared by long readers; who deletes packs holds it alone. */
  readers: (did: string) => `reading:${did}`,
  /** Held by who builds a pack that no manifest lists yet. */
  pack: (did: string, id: string) => `packs:${did}:${id}`,
  /** Held by who folds or compacts. */
  maintenance: (did: string) => `maintain:${did}`,
  /** Shared by those who keep a blob; who collects holds it alone. */
  blobs: (did: string) => `blobs:${did}`,
  /** Held by the worker of a job. */
  job: (id: string) => `job:${id}`,
} as const;

/** Waits for a lock and holds it until the function that it gives is called. */
export function hold(name: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    navigator.locks.request(name, () => new Promise<void>((release) => resolve(release))).catch(reject);
  });
}

/** Runs `work` under the lock. */
export async function locked<Result>(name: string, mode: 'exclusive' | 'shared', work: () => Promise<Result>): Promise<Result> {
  return await navigator.locks.request(name, { mode }, work);
}

/** Runs `work` under the lock if nobody holds it; else does nothing. */
export async function ifFree(name: string, work: () => Promise<void>): Promise<void> {
  await navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock === null ? undefined : work()));
}
