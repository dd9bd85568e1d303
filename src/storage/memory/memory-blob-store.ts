import { CidMap } from '../../protocol/index.ts';
import type { Cid, Did, Tid } from '../../protocol/index.ts';
import type { BlobInfo, BlobStore } from '../../pds/index.ts';

interface StoredBlob {
  readonly info: BlobInfo;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Since when no record names it; of no meaning while one does. */
  temporarySince: number;
  /** The last commit whose entry of history has a record that named it. */
  keptBy?: Tid;
}

interface Room {
  readonly blobs: CidMap<StoredBlob>;
  /** What the record at a path names, and the rev that wrote it. */
  readonly references: Map<string, { readonly cids: readonly Cid[]; readonly rev: Tid }>;
}

/** Blobs in memory. A `MemoryHouseStore` is made with it, and tells it which blobs its records name. */
export class MemoryBlobStore implements BlobStore {
  readonly #rooms = new Map<Did, Room>();
  readonly #now: () => number;
  /** Whether history has a commit; set by the store of accounts. */
  remembers: (did: Did, rev: Tid) => boolean = () => false;

  constructor({ now = Date.now }: { readonly now?: () => number } = {}) {
    this.#now = now;
  }

  async put(did: Did, bytes: Uint8Array, { cid, mimeType }: Omit<BlobInfo, 'size' | 'createdAt'>): Promise<BlobInfo> {
    const { blobs } = this.#room(did);
    const known = blobs.get(cid);
    const before = await this.isReferenced(did, cid) ? known : undefined;
    const now = this.#now();
    const info = { cid: cid.detached(), mimeType: before?.info.mimeType ?? mimeType, size: bytes.length, createdAt: now };
    blobs.set(info.cid, { info, bytes: bytes.slice(), temporarySince: now, ...(known?.keptBy !== undefined && { keptBy: known.keptBy }) });
    return info;
  }

  async info(did: Did, cid: Cid): Promise<BlobInfo | undefined> {
    return this.#room(did).blobs.get(cid)?.info;
  }

  async isReferenced(did: Did, cid: Cid): Promise<boolean> {
    return await this.namedBy(did, cid) !== undefined;
  }

  async namedBy(did: Did, cid: Cid): Promise<string | undefined> {
    const paths = [...this.#room(did).references].flatMap(([path, { cids }]) => (cids.some((each) => each.equals(cid)) ? [path] : []));
    return paths.sort()[0];
  }

  async bytes(did: Did, cid: Cid): Promise<Blob | undefined> {
    const blob = this.#room(did).blobs.get(cid);
    return blob && new Blob([blob.bytes], { type: blob.info.mimeType });
  }

  async list(
    did: Did, { limit, after = '', since }: { readonly limit: number; readonly after?: string; readonly since?: Tid },
  ): Promise<readonly Cid[]> {
    const found = new Map<string, Cid>();
    for (const { cids, rev } of this.#room(did).references.values()) {
      if (since === undefined || rev > since) for (const cid of cids) found.set(cid.toString(), cid);
    }
    return [...found.keys()].filter((text) => text > after).sort().slice(0, limit).map((text) => found.get(text)!);
  }

  async usage(did: Did): Promise<{ readonly blobs: number; readonly bytes: number }> {
    const { blobs } = this.#room(did);
    return { blobs: blobs.size, bytes: [...blobs.values()].reduce((sum, { info }) => sum + info.size, 0) };
  }

  async collect(did: Did, graceMs: number): Promise<number> {
    const { blobs } = this.#room(did);
    const latest = this.#now() - graceMs;
    let count = 0;
    for (const [cid, { temporarySince, keptBy }] of [...blobs.entries()]) {
      if (temporarySince > latest || await this.isReferenced(did, cid) || (keptBy !== undefined && this.remembers(did, keptBy))) continue;
      blobs.delete(cid);
      count++;
    }
    return count;
  }

  /** For the store of accounts: what the records at these paths name from now on; of the paths `kept`, history has what was there. */
  refer(did: Did, references: ReadonlyMap<string, readonly Cid[]>, rev: Tid, kept: ReadonlyMap<string, unknown> = new Map()): void {
    const room = this.#room(did);
    for (const [path, cids] of references) {
      for (const cid of room.references.get(path)?.cids ?? []) {
        const blob = room.blobs.get(cid);
        if (blob === undefined) continue;
        blob.temporarySince = this.#now();
        if (kept.has(path)) blob.keptBy = rev;
      }
      room.references.delete(path);
      if (cids.length > 0) room.references.set(path, { cids: cids.map((cid) => cid.detached()), rev });
    }
  }

  /** For the store of accounts: the account is gone. */
  forget(did: Did): void {
    this.#rooms.delete(did);
  }

  #room(did: Did): Room {
    let room = this.#rooms.get(did);
    if (room === undefined) this.#rooms.set(did, room = { blobs: new CidMap(), references: new Map() });
    return room;
  }
}
