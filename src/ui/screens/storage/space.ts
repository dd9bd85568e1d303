import type { lexicons } from '../../../protocol/index.ts';

/** One thing that takes space. */
export interface Part {
  readonly id: 'records' | 'tree' | 'blobs' | 'history' | 'dead' | 'rest';
  readonly bytes: number;
}

/**
 * What takes the space of an account, and of the whole site where the browser says how much that is. Every figure but the last is
 * of stored bytes; what the browser's database adds to them is in the last.
 */
export function spaceOf(
  { collections, repositoryBytes, deadBytes, historyBytes, blobBytes }: lexicons.AppHoldfastAccountDescribe.$output, usage: number | undefined,
): readonly Part[] {
  const records = Math.min(collections.reduce((sum, { bytes }) => sum + bytes, 0), repositoryBytes);
  const dead = Math.min(deadBytes, repositoryBytes - records);
  const parts: readonly Part[] = [
    { id: 'records', bytes: records },
    { id: 'tree', bytes: repositoryBytes - records - dead },
    { id: 'blobs', bytes: blobBytes },
    { id: 'history', bytes: historyBytes },
    { id: 'dead', bytes: dead },
  ];
  const rest = (usage ?? 0) - parts.reduce((sum, { bytes }) => sum + bytes, 0);
  return rest > 0 ? [...parts, { id: 'rest', bytes: rest }] : parts;
}
