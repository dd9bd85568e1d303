// What ours and the reference make of a vector.
import { readFileSync } from 'node:fs';
import { MemoryBlockstore, readCarWithRoot, Repo, verifyDiffCar, verifyProofs, verifyRepoCar } from '@atproto/repo';
import type { RecordCidClaim } from '@atproto/repo';
import { CID } from 'multiformats';
import { formatDidKey } from '../../../src/protocol/index.ts';
import type { Cid } from '../../../src/protocol/index.ts';
import {
  Repository, verifyCommitMessage, verifyDiff, verifyRecordProof, verifyRepository,
} from '../../../src/repo/index.ts';
import type { CommitMessage, Operation } from '../../../src/repo/index.ts';
import { MemoryBlockStore } from '../../../src/storage/memory/index.ts';
import { DID, k256, p256 } from '../../support/house.ts';
import { NOW } from '../../support/malformed.ts';
import type { CommitCase, DiffCase, VectorCase } from './vector.ts';

const PACKAGE = new URL('../../../node_modules/@atproto/repo/package.json', import.meta.url);

/** The reference, by name and version. */
export const REFERENCE = `@atproto/repo ${(JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string }).version}`;

const KEYS = { p256: p256.publicKey, k256: k256.publicKey };

/** Reads a vector with our verifier. What it throws is the verdict. */
export async function verify(vector: VectorCase): Promise<void> {
  const expected = { key: KEYS[vector.key ?? 'p256'], did: DID, now: NOW };
  if (vector.kind === 'repository') await verifyRepository(vector.car, expected);
  else if (vector.kind === 'proof') await verifyRecordProof(vector.car, vector.path, expected);
  else if (vector.kind === 'diff') {
    const { repository, store } = await open(vector.before);
    await verifyDiff(repository, store, vector.car, expected);
  } else {
    const { previous } = vector;
    await verifyCommitMessage(vector.message as CommitMessage,
      previous === undefined ? expected : { ...expected, previous });
  }
}

/** A repository that was imported into a store of its own. */
export async function open(car: Uint8Array): Promise<{ readonly repository: Repository; readonly store: MemoryBlockStore }> {
  const store = new MemoryBlockStore();
  const { commit } = await verifyRepository(car, {
    key: p256.publicKey, now: NOW, visitor: { blocks: (blocks) => store.apply({ put: blocks }) },
  });
  return { repository: await Repository.open(store, commit.cid), store };
}

/**
 * Whether the reference accepts the vector. A `#commit` is read as `@atproto/sync` reads it: the operations are claims
 * of what the blocks prove, and nothing else is looked at.
 */
export async function referenceAccepts(vector: VectorCase): Promise<boolean> {
  const key = formatDidKey(KEYS[vector.key ?? 'p256']);
  try {
    switch (vector.kind) {
      case 'repository':
        await verifyRepoCar(vector.car, DID, key);
        return true;
      case 'diff':
        await verifyDiffCar(await referenceRepo(vector), vector.car, DID, key);
        return true;
      case 'proof': {
        const { unverified } = await verifyProofs(vector.car, [claimOf(vector.path, vector.claim)], DID, key);
        return unverified.length === 0;
      }
      case 'commit': {
        const { blocks, repo } = vector.message as CommitMessage;
        const { unverified } = await verifyProofs(blocks, claimsOf(vector), repo, key);
        return unverified.length === 0;
      }
    }
  } catch {
    return false;
  }
}

async function referenceRepo({ before }: DiffCase): Promise<Repo> {
  const { root, blocks } = await readCarWithRoot(before);
  return Repo.load(new MemoryBlockstore(blocks), root);
}

function claimsOf({ message }: CommitCase): RecordCidClaim[] {
  return (message.ops as readonly Operation[]).map(({ path, cid }) => claimOf(path, cid));
}

function claimOf(path: string, cid: Cid | null): RecordCidClaim {
  const [collection, rkey] = path.split('/');
  return { collection, rkey, cid: cid === null ? null : CID.decode(cid.bytes) } as RecordCidClaim;
}
