// `index.json` and the blocks beside it: what is written there, and how it is read again.
import { fromJson, parseCid } from '../../../src/protocol/index.ts';
import type { Cid, Did, JsonValue, Tid } from '../../../src/protocol/index.ts';
import type { CommitMessage, RepoFault } from '../../../src/repo/index.ts';
import { vectorBytes, vectorJson } from '../files.ts';
import type { VectorCase } from './vector.ts';

/** One vector as `index.json` has it: blocks are in files, CIDs are text. */
export interface IndexEntry {
  readonly name: string;
  readonly kind: VectorCase['kind'];
  readonly file: string;
  readonly key: 'p256' | 'k256';
  /** The repository that a diff goes on from. */
  readonly before?: string;
  /** The place that a proof is about, and the record that is said to be there. */
  readonly path?: string;
  readonly claim?: string | null;
  /** A `#commit` in the JSON form of the data model; `blocks` are `file` unless they are here. */
  readonly message?: JsonValue;
  readonly previous?: { readonly rev: Tid; readonly data: string };
  /** The reason of the refusal; null where the vector is to be accepted. */
  readonly code: RepoFault | null;
  /** The names of exactly those details that the error has, and what some of them are. */
  readonly details: readonly string[];
  readonly at: Readonly<Record<string, string | number>>;
  readonly why: string;
  readonly acceptedByReference: boolean;
}

/** The whole of `index.json`. */
export interface Index {
  readonly did: Did;
  /** What the clock says to the reader, in milliseconds since 1970. */
  readonly now: number;
  readonly keys: { readonly p256: string; readonly k256: string };
  readonly reference: string;
  readonly vectors: readonly IndexEntry[];
}

export function readIndex(): Index {
  return vectorJson<Index>('refused/index.json');
}

/** The vector that an entry was made from, as far as reading it needs. */
export function readCase(entry: IndexEntry, bytesOf: (file: string) => Uint8Array = refusedBytes): VectorCase {
  const { name, kind, file, key, code, why } = entry;
  const base = { name, code, why, key };
  const car = bytesOf(file);
  switch (kind) {
    case 'repository':
      return { ...base, kind, car };
    case 'diff':
      return { ...base, kind, car, before: bytesOf(entry.before!) };
    case 'proof':
      return { ...base, kind, car, path: entry.path!,
        claim: entry.claim === undefined || entry.claim === null ? null : parseCid(entry.claim) };
    case 'commit': {
      const fields = fromJson(entry.message!) as Partial<CommitMessage>;
      const { previous } = entry;
      return {
        ...base, kind, message: { blocks: car, ...fields },
        ...(previous === undefined ? {} : { previous: { rev: previous.rev, data: parseCid(previous.data) } }),
      };
    }
  }
}

function refusedBytes(file: string): Uint8Array {
  return vectorBytes(`refused/${file}`);
}

/** Collects vectors into files, each content once. */
export class IndexWriter {
  readonly files = new Map<string, Uint8Array>();
  readonly #names = new Map<string, string>();

  /** The entry of a case, whose blocks are put into files. */
  add(vector: VectorCase, acceptedByReference: boolean): IndexEntry {
    const { name, kind, code, why, details = [], at = {}, key = 'p256' } = vector;
    const place = Object.fromEntries(Object.entries(at).map(([field, value]) =>
      [field, typeof value === 'number' ? value : String(value)]));
    const tail = { code, details, at: place, why, acceptedByReference };
    switch (vector.kind) {
      case 'repository':
        return { name, kind, file: this.#file(kind, name, vector.car), key, ...tail };
      case 'diff':
        return {
          name, kind, file: this.#file(kind, name, vector.car),
            before: this.#file(kind, `before-${name}`, vector.before), key, ...tail,
        };
      case 'proof':
        return { name, kind, file: this.#file(kind, name, vector.car), path: vector.path, claim: textOf(vector.claim),
          key, ...tail };
      case 'commit': {
        const { blocks, ...fields } = vector.message;
        const isBytes = blocks instanceof Uint8Array;
        const { previous } = vector;
        return {
          name, kind, file: this.#file(kind, name, isBytes ? blocks : new Uint8Array(0)),
          message: plainJson(isBytes ? fields : vector.message), key,
          ...(previous === undefined ? {} : { previous: { rev: previous.rev, data: previous.data.toString() } }),
          ...tail,
        };
      }
    }
  }

  #file(kind: string, name: string, bytes: Uint8Array): string {
    const content = Buffer.from(bytes).toString('latin1');
    const known = this.#names.get(content);
    if (known !== undefined) return known;
    const file = `${kind}/${name}.car`;
    this.#names.set(content, file);
    this.files.set(file, bytes);
    return file;
  }
}

function textOf(cid: Cid | null): string | null {
  return cid === null ? null : cid.toString();
}

/** A CID writes itself as a link; absent fields stay absent. */
function plainJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}
