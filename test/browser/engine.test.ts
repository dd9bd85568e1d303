import { cidOf, encodeCbor, parseCid } from '../../src/protocol/index.ts';
import { RepoError, Repository, verifyCommitMessage, verifyRepository } from '../../src/repo/index.ts';
import { seededK256Signer, seededP256Signer } from '../../src/testing/index.ts';
import { KNOWN_OUTCOME } from '../support/known-outcome.ts';
import { seededBatches, SEEDED_DID, SeededHouse } from '../support/seeded-batches.ts';
import { equal, ok, rejectedBy } from './assert.ts';
import { highS } from './high-s.ts';
import type { Signer } from '../../src/protocol/index.ts';
import type { CommitMessage } from '../../src/repo/index.ts';
import type { SeededCommit } from '../support/seeded-batches.ts';

const SEED = new Uint8Array(32).fill(7);
const BATCHES = seededBatches(KNOWN_OUTCOME.roots.length);

async function written(signer: Signer, batches: number): Promise<{ house: SeededHouse; commits: SeededCommit[] }> {
  const house = new SeededHouse(signer);
  const commits: SeededCommit[] = [];
  for (const batch of BATCHES.slice(0, batches)) commits.push(await house.write(batch));
  return { house, commits };
}

const knownBefore = ({ before }: SeededCommit) => (before === undefined ? {} : { previous: { rev: before.rev, data: before.tree.root } });

describe('the engine in a browser', () => {
  it('makes of seeded batches the trees, commits and export that Node makes', async () => {
    const { house, commits } = await written(await seededP256Signer(SEED), BATCHES.length);
    equal(commits.map(({ after }) => after.tree.root.toString()).join('\n'), KNOWN_OUTCOME.roots.join('\n'));
    equal(house.repository.commit.cid.toString(), KNOWN_OUTCOME.head);
    equal((await new Response(house.car() as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer()).byteLength, KNOWN_OUTCOME.carBytes);
    const verified = await verifyRepository(house.car(), { key: house.author.signer.publicKey, did: SEEDED_DID });
    equal(verified.commit.cid.toString(), KNOWN_OUTCOME.head);
    equal(verified.records, KNOWN_OUTCOME.records);
    equal(verified.unreachable, 0);
  });

  it('opens a repository from its store, and goes on from there', async () => {
    const { house } = await written(await seededP256Signer(SEED), 5);
    const opened = await Repository.open(house.store, house.repository.commit.cid);
    const result = await opened.write(BATCHES[5] ?? [], house.author);
    equal(result.repository.tree.root.toString(), KNOWN_OUTCOME.roots[5] ?? 'none');
  });
});

describe('#commit in a browser', () => {
  for (const [name, make] of [['P-256', seededP256Signer], ['K-256', seededK256Signer]] as const) {
    it(`is verified by undoing it (${name})`, async () => {
      const signer = await make(SEED);
      const { commits } = await written(signer, 8);
      for (const commit of commits) {
        const { message, after } = commit;
        const verified = await verifyCommitMessage(message, { key: signer.publicKey, did: SEEDED_DID, ...knownBefore(commit) });
        equal(verified.commit.cid.toString(), after.commit.cid.toString());
      }
    });

    it(`is refused with a high s (${name})`, async () => {
      const signer = await make(SEED);
      const { algorithm } = signer.publicKey;
      const malleable = { publicKey: signer.publicKey, sign: async (bytes: Uint8Array) => highS(algorithm, await signer.sign(bytes)) };
      const { commits } = await written(malleable, 1);
      equal(await refusalOf(commits[0]!, { key: signer.publicKey }), 'CommitSignature');
    });

    it(`is refused by another key (${name})`, async () => {
      const { commits } = await written(await make(SEED), 2);
      const [first, second] = commits;
      for (const other of [await make(new Uint8Array(32).fill(8)), await (make === seededP256Signer ? seededK256Signer : seededP256Signer)(SEED)]) {
        equal(await refusalOf(first!, { key: other.publicKey }), 'CommitSignature');
        equal(await refusalOf(second!, { key: other.publicKey }), 'CommitSignature');
      }
    });
  }

  it('is refused when it says something else than it did', async () => {
    const signer = await seededP256Signer(SEED);
    const { commits } = await written(signer, 8);
    const commit = commits[7]!;
    const { message } = commit;
    const key = signer.publicKey;
    const other = cidOf(encodeCbor({ other: true }));
    const changes: Readonly<Record<string, [Partial<CommitMessage>, string]>> = {
      'an operation kept back': [{ ops: message.ops.slice(1) }, 'PrevDataMismatch'],
      'another tree before': [{ prevData: commits[5]!.after.tree.root }, 'MessageMismatch'],
      'another commit': [{ commit: other }, 'MessageMismatch'],
      'another account': [{ repo: 'did:web:other.example' as CommitMessage['repo'] }, 'MessageMismatch'],
      'a changed byte': [{ blocks: flipped(message.blocks, message.blocks.length >> 1) }, 'BlockHash'],
      'a part of the blocks': [{ blocks: message.blocks.slice(0, -1) }, 'CarTruncated'],
    };
    for (const [what, [change, code]] of Object.entries(changes)) {
      const actual = await refusalOf({ ...commit, message: { ...message, ...change } }, { key });
      ok(actual === code, `${what}: ${actual} instead of ${code}`);
    }
  });

  it('is refused by what undoing gives, also where no commit before is known', async () => {
    const signer = await seededP256Signer(SEED);
    const { commits } = await written(signer, 3);
    const { message } = commits[2]!;
    const prevData = parseCid(KNOWN_OUTCOME.roots[0]!);
    const error = await rejectedBy(() => verifyCommitMessage({ ...message, prevData }, { key: signer.publicKey }), RepoError);
    equal(error.code, 'PrevDataMismatch');
  });
});

async function refusalOf(commit: SeededCommit, expected: { readonly key: Signer['publicKey'] }): Promise<string> {
  return (await rejectedBy(() => verifyCommitMessage(commit.message, { ...expected, ...knownBefore(commit) }), RepoError)).code;
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const changed = bytes.slice();
  changed[at]! ^= 1;
  return changed;
}
