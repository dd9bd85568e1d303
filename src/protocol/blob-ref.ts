import { Cid } from './cid.ts';
import type { CborMap, CborValue } from './cbor-decode.ts';

/** A blob as a record names it (https://atproto.com/specs/data-model#blob-type). */
export interface BlobRef {
  readonly cid: Cid;
  readonly mimeType: string;
  readonly size: number;
}

/** The blobs that a record names, each once, wherever in it. What only looks like one is left out. */
export function blobRefsOf(record: CborValue): BlobRef[] {
  const refs = new Map<string, BlobRef>();
  for (const map of mapsIn(record)) {
    const { $type, ref, mimeType, size } = map;
    if ($type !== 'blob' || !(ref instanceof Cid) || typeof mimeType !== 'string' || typeof size !== 'number') continue;
    refs.set(ref.toString(), { cid: ref, mimeType, size });
  }
  return [...refs.values()];
}

/** Every map in a value, outer ones first. */
export function* mapsIn(value: CborValue): Generator<CborMap> {
  if (value === null || typeof value !== 'object' || value instanceof Cid || value instanceof Uint8Array) return;
  if (Array.isArray(value)) {
    for (const item of value) yield* mapsIn(item);
    return;
  }
  yield value as CborMap;
  for (const item of Object.values(value as CborMap)) yield* mapsIn(item);
}
