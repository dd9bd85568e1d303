import { tidTime } from '../protocol/index.ts';
import type { Cid, PublicKey } from '../protocol/index.ts';
import { verifyRepository } from '../repo/index.ts';
import type { Block, Commit, Tally, VerifiedRepository } from '../repo/index.ts';
import type { JobContext } from './job-context.ts';
import type { JobProgress } from './messages.ts';

/** What one collection of a file holds. */
export interface CollectionTally {
  readonly collection: string;
  readonly records: number;
  readonly bytes: number;
}

/** What a file was found to hold, when it is right. */
export interface FileContents {
  readonly did: string;
  readonly head: string;
  readonly rev: string;
  readonly records: number;
  readonly bytes: number;
  readonly collections: readonly CollectionTally[];
  readonly blobs: number;
  readonly foreign: number;
  readonly unreachable: number;
}

/** Memory for blocks that are not in the order of a walk: 256 MB. In that order, which our own files have, none. */
const WAITING_BYTES = 256_000_000;

/** Read so many bytes at a time: the stream of a file costs twice as much in Chromium. */
const CHUNK_BYTES = 524_288;

/** A CAR as it is read, from wherever it is. */
export interface CarSource {
  /** In bytes; 0 where it is not known. */
  readonly size: number;
  /** To be read once. */
  chunks(): AsyncIterable<Uint8Array>;
}

export function fileSource(file: Blob): CarSource {
  return {
    size: file.size,
    async *chunks() {
      for (let at = 0; at < file.size; at += CHUNK_BYTES) yield new Uint8Array(await file.slice(at, at + CHUNK_BYTES).arrayBuffer());
    },
  };
}

/** How a CAR is to be read. */
export interface CarReading {
  readonly key: PublicKey | ((commit: Commit) => Promise<PublicKey | undefined>);
  readonly did?: Commit['did'];
  readonly phase: JobProgress['phase'];
  readonly tally: Tally;
  /** Takes verified blocks; reading waits for it. */
  readonly blocks?: (blocks: readonly Block[]) => Promise<void>;
  /** Hears of each record, in the order of paths; `bytes` are left out where an earlier path had the same. */
  readonly record?: (path: string, cid: Cid, bytes: Uint8Array | undefined) => void;
}

/** A CAR that was read, and is right. */
export interface ReadCopy extends VerifiedRepository {
  /** How many it has. */
  readonly bytes: number;
}

/**
 * Reads a CAR to its end and verifies it strictly. It is never in memory whole: 512 KiB of a file, some 256 KiB of blocks,
 * about 45 bytes for each block met.
 * @throws RepoError, or the reason of the signal
 */
export async function readCopy(source: CarSource, reading: CarReading, { signal, progress, now }: JobContext): Promise<ReadCopy> {
  const { tally, blocks, record, phase, did, key } = reading;
  let bytes = 0;
  const say = (): void => progress({ phase, done: bytes, total: source.size, unit: 'bytes', records: tally.records });
  async function* chunks(): AsyncGenerator<Uint8Array> {
    say();
    for await (const chunk of source.chunks()) {
      yield chunk;
      bytes += chunk.length;
      say();
    }
  }
  const found = await verifyRepository(chunks(), {
    key, signal, keepForeign: true, waiting: WAITING_BYTES, now: now(),
    ...(did !== undefined && { did }),
    visitor: {
      record: (path, cid, bytes) => {
        tally.add(path, cid, bytes);
        record?.(path, cid, bytes);
      },
      ...(blocks !== undefined && { blocks }),
    },
  });
  return { ...found, bytes };
}

/** What was found, as the page is told. */
export function contentsOf({ commit, foreign, unreachable, bytes }: ReadCopy, tally: Tally): FileContents {
  return {
    did: commit.did, head: commit.cid.toString(), rev: commit.rev, records: tally.records, bytes,
    collections: [...tally.collections].sort(([a], [b]) => (a < b ? -1 : 1)).map(([collection, count]) => ({ collection, ...count })),
    blobs: tally.blobs.size, foreign: foreign.length, unreachable,
  };
}

/** Whether `a` is the later rev. */
export function isLater(a: Commit['rev'], b: Commit['rev']): boolean {
  return tidTime(a) > tidTime(b);
}
