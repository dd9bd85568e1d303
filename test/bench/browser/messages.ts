/** What the service worker of the bench is asked for. */
export type Ask =
  /** One change of a repository in memory, again and again: microseconds of each, by action. */
  | { readonly ask: 'engine'; readonly records: number }
  /** Brings the CAR at an address into a fresh house; before that, verifies it only. */
  | { readonly ask: 'import'; readonly car: string; readonly verifyOnly?: boolean }
  /** Writes without any request of a page: one after another, or `together`. */
  | { readonly ask: 'writes'; readonly count: number; readonly together: number }
  /** A transaction that puts one row of a commit's size, and waits until it is durable. */
  | { readonly ask: 'transactions'; readonly count: number }
  /** Random changes, many to a commit, then a compaction. */
  | { readonly ask: 'edits'; readonly count: number }
  | { readonly ask: 'size' };

/** Milliseconds, or what else was asked for, by name. */
export type Told = Readonly<Record<string, readonly number[]>>;
