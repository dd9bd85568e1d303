import type { lexicons } from '../../../protocol/index.ts';

/** One thing that takes space. */
interface Part {
  readonly id: 'records' | 'tree' | 'blobs' | 'history' | 'dead';
  readonly bytes: number;
}

/** What takes the space of an account, in stored bytes: what the browser's database adds to them is not in it. */
export function spaceOf(
  { collections, repositoryBytes, deadBytes, historyBytes, blobBytes }: lexicons.AppHoldfastAccountDescribe.$output,
): { readonly parts: readonly Part[]; readonly sum: number } {
  const records = Math.min(collections.reduce((sum, { bytes }) => sum + bytes, 0), repositoryBytes);
  // How much is dead is known about, and the counts of collections are of records alone.
  const dead = Math.min(deadBytes, repositoryBytes - records);
  return {
    sum: repositoryBytes + blobBytes + historyBytes,
    parts: [
      { id: 'records', bytes: records },
      { id: 'tree', bytes: repositoryBytes - records - dead },
      { id: 'blobs', bytes: blobBytes },
      { id: 'history', bytes: historyBytes },
      { id: 'dead', bytes: dead },
    ],
  };
}
