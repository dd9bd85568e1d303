import type { SeenOperation, WatchedLog, WatchedOperation } from '../../mirroring/index.ts';

/** What a mirror knows of the log of one DID, in memory. */
export class MemoryWatchedLog {
  #lookedAt: number | undefined;
  readonly #operations = new Map<string, WatchedOperation>();
  readonly #claimed = new Set<string>();

  log(): WatchedLog {
    const operations = [...this.#operations.values()].sort((a, b) => a.createdAt - b.createdAt || (a.cid < b.cid ? -1 : 1));
    return {
      ...(this.#lookedAt !== undefined && { lookedAt: this.#lookedAt }), claimed: [...this.#claimed].sort(),
      operations: operations.map((each) => ({ ...each, body: each.body.slice() })),
    };
  }

  see(operations: readonly SeenOperation[], now: number): void {
    this.#lookedAt = now;
    for (const [cid, known] of this.#operations) this.#operations.set(cid, { ...known, isShown: false });
    for (const { cid, body, createdAt, nullified } of operations) {
      const seenAt = this.#operations.get(cid)?.seenAt ?? now;
      this.#operations.set(cid, { cid, body: body.slice(), createdAt, nullified, seenAt, isShown: true });
    }
  }

  claim(cids: readonly string[]): void {
    for (const cid of cids) this.#claimed.add(cid);
  }
}
