import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cidOf, encodeCbor, parseDid, TidClock } from '../protocol/index.ts';
import { MemoryBlockStore } from '../storage/memory/index.ts';
import { seededP256Signer } from '../testing/index.ts';
import { carBytes } from './car.ts';
import { Repository } from './repository.ts';
import { readSyncMessage } from './sync-message.ts';

describe('a #sync', async () => {
  const author = { signer: await seededP256Signer(new Uint8Array(32).fill(1)), clock: new TidClock() };
  const { commit } = await Repository.create(new MemoryBlockStore(), parseDid('did:web:a.test'), author, []);
  const car = carBytes(commit.cid, [commit]);
  const other = encodeCbor({ version: 3 });

  it('tells of the commit that it holds', () => {
    const read = readSyncMessage(commit.rev, car);
    assert.deepEqual([read.rev, read.cid.toString(), read.did], [commit.rev, commit.cid.toString(), commit.did]);
  });

  const wrong = {
    'has no rev': ['MessageForm', undefined, car], 'has a rev that is none': ['MessageForm', 'yesterday', car], 'has no blocks': ['MessageForm', commit.rev, null],
    'has another rev': ['MessageMismatch', '3jzfcijpj2z2a', car], 'does not hold its commit': ['BlockMissing', commit.rev, carBytes(commit.cid, [])],
    'holds something else': ['CommitForm', commit.rev, carBytes(cidOf(other), [{ cid: cidOf(other), bytes: other }])], 'is cut off': ['CarTruncated', commit.rev, car.subarray(0, 80)],
  } as const;
  for (const [name, [code, rev, blocks]] of Object.entries(wrong)) {
    it(`that ${name} is refused`, () => assert.throws(() => readSyncMessage(rev, blocks), { code }));
  }
});
