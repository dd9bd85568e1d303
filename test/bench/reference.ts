import { readFile } from 'node:fs/promises';
import { P256Keypair } from '@atproto/crypto';
import {
  BlockMap, getFullRepo, MemoryBlockstore, readCarWithRoot, Repo, verifyCommitSig, verifyRepoCar, WriteOpAction,
} from '@atproto/repo';
import type { MST, RecordCreateOp, RecordWriteOp } from '@atproto/repo';
import { CID } from 'multiformats/cid';
import type { Item } from './generator.ts';
import { DID, SEED } from './holdfast.ts';
import type { Action, Peer } from './peer.ts';

const keypair = await P256Keypair.import(SEED);
const unsigned = { jwtAlg: keypair.jwtAlg, did: () => keypair.did(), sign: async () => new Uint8Array(64) };

function writeOf(action: Action, { path, record }: Item): RecordWriteOp {
  const [collection, rkey] = path.split('/');
  const name = { create: WriteOpAction.Create, update: WriteOpAction.Update, delete: WriteOpAction.Delete }[action];
  return { action: name, collection, rkey, ...(action === 'delete' ? {} : { record }) } as unknown as RecordWriteOp;
}

export const reference: Peer = {
  name: '@atproto/repo',
  async build(items) {
    const writes = items.map((item) => writeOf('create', item) as RecordCreateOp);
    const repo = await Repo.create(new MemoryBlockstore(), DID, unsigned, writes);
    return repo.data.pointer.toString();
  },
  async open(car) {
    const { root, blocks } = await readCarWithRoot(car);
    const storage = new MemoryBlockstore(blocks);
    let repo = await Repo.load(storage, root);
    return {
      async write(action, item) {
        repo = await repo.applyWrites(writeOf(action, item), unsigned);
      },
      async root() {
        return String(await repo.data.getPointer());
      },
      async export() {
        let bytes = 0;
        for await (const chunk of getFullRepo(storage, repo.cid)) bytes += chunk.length;
        return bytes;
      },
    };
  },
  async verifyCar(car) {
    return (await verifyRepoCar(car, DID, keypair.did())).creates.length;
  },
  // The package has no way to read one as it arrives.
  async verifyFile(path) {
    return (await verifyRepoCar(await readFile(path), DID, keypair.did())).creates.length;
  },
  // The package has no inversion; this is the one that its tree allows.
  async verifyMessage({ car, ops, prevData }) {
    const { root, blocks } = await readCarWithRoot(car);
    const storage = new MemoryBlockstore(new BlockMap().addMap(blocks));
    const repo = await Repo.load(storage, root);
    if (!(await verifyCommitSig(repo.commit, keypair.did()))) throw new Error('signature');
    let tree: MST = repo.data;
    for (const { action, path, cid, prev } of ops) {
      if (String(await tree.get(path)) !== String(cid)) throw new Error('operation');
      if (action === 'create') tree = await tree.delete(path);
      else tree = await tree[action === 'update' ? 'update' : 'add'](path, CID.parse(prev!) as never);
    }
    if (String(await tree.getPointer()) !== prevData) throw new Error('prevData');
  },
};
