import { blobRefsOf, CidMap, CidSet, decodeCbor } from '../protocol/index.ts';
import type { Cid, Nsid } from '../protocol/index.ts';

/** `"$type": "blob"` in DAG-CBOR: only a record with these bytes is decoded. */
const BLOB_MARK = new Uint8Array([0x65, ...text('$type'), 0x64, ...text('blob')]);

/**
 * Counts the records that a verifier meets, and finds the blobs that they name. Memory grows with collections and with
 * records that name blobs, not with records.
 */
export class Tally {
  readonly collections = new Map<Nsid, { readonly records: number; readonly bytes: number }>();
  readonly blobs = new CidSet();
  #records = 0;
  #atPath = new Map<string, readonly Cid[]>();
  readonly #named = new CidMap<readonly Cid[]>();

  get records(): number {
    return this.#records;
  }

  /** A record at its path; `bytes` are left out where an earlier path had the same record. */
  add(path: string, cid: Cid, bytes: Uint8Array | undefined): void {
    this.#records++;
    const named = bytes === undefined ? this.#named.get(cid) ?? [] : this.#blobsIn(cid, bytes);
    if (named.length > 0) this.#atPath.set(path, named);
    this.#count(path.slice(0, path.indexOf('/')) as Nsid, bytes?.length ?? 0);
  }

  /** The blobs that records named since this was last called, by path. */
  takeBlobs(): ReadonlyMap<string, readonly Cid[]> {
    const taken = this.#atPath;
    this.#atPath = new Map();
    return taken;
  }

  #count(collection: Nsid, size: number): void {
    const { records, bytes } = this.collections.get(collection) ?? { records: 0, bytes: 0 };
    this.collections.set(collection, { records: records + 1, bytes: bytes + size });
  }

  #blobsIn(cid: Cid, bytes: Uint8Array): readonly Cid[] {
    const named = blobsNamedIn(bytes);
    if (named.length > 0) this.#named.set(cid.detached(), named);
    for (const blob of named) this.blobs.add(blob);
    return named;
  }
}

/** The blobs that a record names, each once; none for one that was kept though it is outside the data model. */
export function blobsNamedIn(record: Uint8Array): readonly Cid[] {
  if (!includes(record, BLOB_MARK)) return [];
  try {
    return blobRefsOf(decodeCbor(record)).map(({ cid }) => cid.detached());
  } catch {
    return [];
  }
}

/** Looks for the rare second byte, `$`. */
function includes(bytes: Uint8Array, mark: Uint8Array): boolean {
  for (let at = bytes.indexOf(mark[1]!, 1); at !== -1; at = bytes.indexOf(mark[1]!, at + 1)) {
    if (mark.every((byte, index) => bytes[at - 1 + index] === byte)) return true;
  }
  return false;
}

function text(letters: string): Uint8Array {
  return new TextEncoder().encode(letters);
}
