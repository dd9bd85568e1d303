// Writes `index.json` and the blocks beside it. By hand: `node test/vectors/refused/make.ts [folder]`; a test compares.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatDidKey } from '../../../src/protocol/index.ts';
import { DID, k256, p256 } from '../../support/house.ts';
import { NOW } from '../../support/malformed.ts';
import { IndexWriter } from './index-file.ts';
import type { Index, IndexEntry } from './index-file.ts';
import { carCases } from './make-car.ts';
import { commitCases } from './make-commit.ts';
import { diffCases } from './make-diff.ts';
import { inversionCases } from './make-inversion.ts';
import { messageCases } from './make-message.ts';
import { nodeCases } from './make-node.ts';
import { operationCases } from './make-operation.ts';
import { proofCases } from './make-proof.ts';
import { recordCases } from './make-record.ts';
import { treeCases } from './make-tree.ts';
import type { VectorCase } from './vector.ts';
import { REFERENCE, referenceAccepts } from './verdict.ts';

/** All vectors, family by family. */
export const cases: readonly VectorCase[] = [
  ...carCases, ...nodeCases, ...treeCases, ...commitCases, ...recordCases, ...messageCases, ...operationCases,
    ...inversionCases,
  ...diffCases, ...proofCases,
];

/** The files of this folder that are made: their paths and contents. */
export async function makeFiles(): Promise<Map<string, Uint8Array>> {
  const writer = new IndexWriter();
  const vectors: IndexEntry[] = [];
  for (const vector of cases) vectors.push(writer.add(vector, await referenceAccepts(vector)));
  const index: Index = {
    did: DID, now: NOW, keys: { p256: formatDidKey(p256.publicKey), k256: formatDidKey(k256.publicKey) },
    reference: REFERENCE, vectors,
  };
  return writer.files.set('index.json', new TextEncoder().encode(`${JSON.stringify(index, null, 1)}\n`));
}

if (import.meta.main) {
  const folder = process.argv[2] ?? fileURLToPath(new URL('.', import.meta.url));
  for (const kind of ['repository', 'commit', 'diff', 'proof']) rmSync(join(folder, kind),
    { recursive: true, force: true });
  for (const [path, bytes] of await makeFiles()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}
