import { formatRepoPath, parseNsid, parseRecordKey, tidFrom } from '../../protocol/index.ts';
import type { CborMap, RepoPath } from '../../protocol/index.ts';

const COLLECTION = parseNsid('app.holdfast.check.note');
const FIRST_MICROS = Date.UTC(2026, 0, 1) * 1000;
const LINE = 'The holdfast grips the rock so that the rest may move with the water. ';

/** The path of the record number `index`: in the order of time, as those of most applications. */
export function samplePath(index: number): RepoPath {
  return formatRepoPath({ collection: COLLECTION, rkey: parseRecordKey(tidFrom(FIRST_MICROS + index * 60_000_000, 0)) });
}

/** A record of some 150 to 400 bytes, the same on every machine. */
export function sampleRecord(index: number): CborMap {
  const createdAt = new Date(FIRST_MICROS / 1000 + index * 60_000).toISOString();
  return { $type: COLLECTION, text: `Note ${index}. ${LINE.repeat(index % 5)}`, createdAt, langs: ['en'], number: index };
}
