import { parseCid } from '../../protocol/index.ts';
import type { Cid, Did, Tid } from '../../protocol/index.ts';
import type { BlobInfo, BlobStore } from '../../pds/index.ts';
import type { BlobFiles } from './blob-files.ts';
import type { Connection } from './connection.ts';
import { locked, lockName } from './locks.ts';
import { under } from './schema.ts';
import type { BlobRow } from './schema.ts';
import { damaged, storeFault } from './store-fault.ts';

/** Blobs of a house: bytes in files, or in rows where the browser has no files. A row is written after its file is. */
export class IdbBlobStore implements BlobStore {
  readonly #connection: Connection;
  readonly #files: BlobFiles | undefined;
  readonly #now: () => number;

  constructor(connection: Connection, files: BlobFiles | undefined, now: () => number) {
    this.#connection = connection;
    this.#files = files;
    this.#now = now;
  }

  put(did: Did, bytes: Uint8Array, { cid, mimeType }: Omit<BlobInfo, 'size' | 'createdAt'>): Promise<BlobInfo> {
    const text = cid.toString();
    return locked(lockName.blobs(did), 'shared', async () => {
      await this.#files?.write(did, text, bytes).catch((error: unknown) => {
        throw storeFault(error);
      });
      const row = await this.#connection.write(['blobs', 'blobBytes', 'blobRefs'], async (transaction) => {
        const key: [string, string] = [did, text];
        const before = await transaction.objectStore('blobs').get(key);
        const isNamed = before !== undefined && await transaction.objectStore('blobRefs').count(under(did, text)) > 0;
        const now = this.#now();
        const next: BlobRow = {
          cid: text, mimeType: isNamed ? before.mimeType : mimeType, size: bytes.length, createdAt: now, temporarySince: now,
          place: this.#files === undefined ? 'row' : 'file', ...(before?.keptBy !== undefined && { keptBy: before.keptBy }),
        };
        await Promise.all([
          transaction.objectStore('blobs').put(next, key),
          this.#files === undefined && transaction.objectStore('blobBytes').put(new Uint8Array(bytes), key),
        ]);
        return next;
      });
      return infoOf(row);
    });
  }

  async info(did: Did, cid: Cid): Promise<BlobInfo | undefined> {
    const row = await this.#row(did, cid);
    return row && infoOf(row);
  }

  async isReferenced(did: Did, cid: Cid): Promise<boolean> {
    return await this.#connection.read(
      ['blobRefs'], (transaction) => transaction.objectStore('blobRefs').count(under(did, cid.toString())),
    ) > 0;
  }

  async namedBy(did: Did, cid: Cid): Promise<string | undefined> {
    const key = await this.#connection.read(['blobRefs'], (transaction) => transaction.objectStore('blobRefs').getKey(under(did, cid.toString())));
    return key?.[2];
  }

  async bytes(did: Did, cid: Cid): Promise<Blob | undefined> {
    const row = await this.#row(did, cid);
    if (row === undefined) return undefined;
    const content = row.place === 'file' ? await this.#files?.read(did, row.cid) : await this.#stored(did, row.cid);
    if (content === undefined || content.size !== row.size) throw damaged('A blob', { did, blob: row.cid });
    return content.slice(0, row.size, row.mimeType);
  }

  async list(
    did: Did, { limit, after, since }: { readonly limit: number; readonly after?: string; readonly since?: Tid },
  ): Promise<readonly Cid[]> {
    // `[]` sorts after every path of the blob that the last page ended with.
    const range = after === undefined ? under(did) : IDBKeyRange.bound([did, after, []], [did, []]);
    const texts = await this.#connection.read(['blobRefs'], async (transaction) => {
      const found: string[] = [];
      let cursor = limit > 0 ? await transaction.objectStore('blobRefs').openCursor(range) : null;
      while (cursor !== null) {
        const text = cursor.key[1];
        const isNew = since === undefined || cursor.value.rev > since;
        if (isNew) found.push(text);
        if (found.length === limit) break;
        cursor = await (isNew ? cursor.continue([did, text, []] as unknown as [string, string, string]) : cursor.continue());
      }
      return found;
    });
    return texts.map((text) => parseCid(text));
  }

  async usage(did: Did): Promise<{ readonly blobs: number; readonly bytes: number }> {
    const rows = await this.#rows(did);
    return { blobs: rows.length, bytes: rows.reduce((sum, { size }) => sum + size, 0) };
  }

  /** Alone of all who keep blobs: a file that someone writes again is not taken away under the new row. */
  collect(did: Did, graceMs: number): Promise<number> {
    return locked(lockName.blobs(did), 'exclusive', async () => {
      const latest = this.#now() - graceMs;
      const gone = await this.#connection.write(['blobs', 'blobBytes', 'blobRefs', 'history'], async (transaction) => {
        const [kept, removed] = [new Set<string>(), new Set<string>()];
        for (const { cid, temporarySince, keptBy } of await transaction.objectStore('blobs').getAll(under(did))) {
          const isKept = temporarySince > latest || await transaction.objectStore('blobRefs').count(under(did, cid)) > 0
            || (keptBy !== undefined && await transaction.objectStore('history').count([did, keptBy]) > 0);
          if (isKept) {
            kept.add(cid);
            continue;
          }
          removed.add(cid);
          await transaction.objectStore('blobs').delete([did, cid]);
          await transaction.objectStore('blobBytes').delete([did, cid]);
        }
        return { kept, removed };
      });
      // Also files whose row was never written.
      for (const name of await this.#files?.names(did) ?? []) if (!gone.kept.has(name)) await this.#files?.remove(did, name);
      return gone.removed.size;
    });
  }

  /** The account is gone: so are its files. */
  forget(did: Did): Promise<void> {
    return locked(lockName.blobs(did), 'exclusive', async () => this.#files?.removeAll(did));
  }

  async #stored(did: Did, cid: string): Promise<Blob | undefined> {
    const bytes = await this.#connection.read(['blobBytes'], (transaction) => transaction.objectStore('blobBytes').get([did, cid]));
    return bytes && new Blob([bytes]);
  }

  #row(did: Did, cid: Cid): Promise<BlobRow | undefined> {
    return this.#connection.read(['blobs'], (transaction) => transaction.objectStore('blobs').get([did, cid.toString()]));
  }

  #rows(did: Did): Promise<BlobRow[]> {
    return this.#connection.read(['blobs'], (transaction) => transaction.objectStore('blobs').getAll(under(did)));
  }
}

function infoOf({ cid, mimeType, size, createdAt }: BlobRow): BlobInfo {
  return { cid: parseCid(cid), mimeType, size, createdAt };
}
