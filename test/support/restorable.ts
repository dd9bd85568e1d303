// Neutral: Node and browsers run it.
import { cidOf, createP256Signer, datetimeFromMs, encodeCbor, formatDidKey, tidFrom } from '../../src/protocol/index.ts';
import type { CborMap, Cid, Did, PublicKey } from '../../src/protocol/index.ts';
import { genesisDid, operationOf, signedBytes, signOperation } from '../../src/identity/index.ts';
import { generatePassphrase, importKeyPair, sealKit, Secret } from '../../src/keys/index.ts';
import { carStream, repositoryBlocks, signCommit, TreeBuilder } from '../../src/repo/index.ts';
import type { Block } from '../../src/repo/index.ts';
import { MemoryBlockStore } from '../../src/storage/memory/index.ts';
import { Generator } from '../bench/generator.ts';

/** What an owner holds: a sealed kit, its passphrase, and a file. And what a test may know of them. */
export interface Restorable {
  readonly did: Did;
  readonly kit: Blob;
  readonly passphrase: string;
  readonly car: Blob;
  readonly head: Cid;
  readonly rev: string;
  readonly key: PublicKey;
  readonly recoveryKey: string;
  readonly genesis: Uint8Array;
  /** The private keys, to look for where they must not be. */
  readonly secrets: readonly Uint8Array[];
}

/** What may be different from the usual. */
export interface RestorableOptions {
  readonly records?: number;
  readonly seed?: number;
  /** Milliseconds since 1970 of the commit; two minutes ago by default. */
  readonly committedAt?: number;
  /** Milliseconds since 1970 that the kit's rev names; the commit's by default. */
  readonly kitRevAt?: number;
  readonly items?: readonly { readonly path: string; readonly record: CborMap }[];
  readonly withoutGenesis?: boolean;
  /** The same account at another commit. */
  readonly again?: Pick<Restorable, 'did' | 'genesis'>;
}

/** An account as it left another house: keys from a seed, a did:plc, generated records. */
export async function makeRestorable(options: RestorableOptions = {}): Promise<Restorable> {
  const { records = 300, seed = 5, committedAt = Date.now() - 120_000, withoutGenesis = false } = options;
  const secrets = [new Uint8Array(32).fill(seed), new Uint8Array(32).fill(seed + 100)];
  const [signing, recovery] = await Promise.all(secrets.map((bytes) => importKeyPair(new Secret(bytes.slice()))));
  const recoverySigner = await createP256Signer(recovery!.pair);
  const recoveryKey = formatDidKey(recovery!.publicKey);
  const operation = await signOperation(recoverySigner, operationOf({
    rotationKeys: [recoveryKey, formatDidKey(signing!.publicKey)], alsoKnownAs: [], services: {},
    verificationMethods: { atproto: formatDidKey(signing!.publicKey) },
  }, null));
  // A signature of WebCrypto is another one every time, and so is the DID.
  const { did, genesis } = options.again ?? { did: genesisDid(operation), genesis: signedBytes(operation) };
  const rev = tidFrom(committedAt * 1000, 3);
  const { blocks, data } = treeOf(options.items ?? new Generator(seed).items(records));
  const commit = await signCommit(await createP256Signer(signing!.pair), { did, data, rev });
  const store = new MemoryBlockStore();
  await store.apply({ put: [commit, ...blocks] });
  const passphrase = generatePassphrase();
  const kit = await sealKit({
    did, createdAt: datetimeFromMs(committedAt), rev: tidFrom((options.kitRevAt ?? committedAt) * 1000, 3),
    signing: { publicKey: signing!.publicKey, secret: new Secret(secrets[0]!.slice()) },
    recovery: { publicKey: recovery!.publicKey, secret: new Secret(secrets[1]!.slice()) },
    ...(!withoutGenesis && { genesis }),
  }, passphrase);
  return {
    did, passphrase, rev, recoveryKey, genesis, secrets, head: commit.cid, key: signing!.publicKey, kit: new Blob([new Uint8Array(kit)]),
    car: await new Response(carStream(commit.cid, repositoryBlocks(store, commit, data)) as ReadableStream<Uint8Array<ArrayBuffer>>).blob(),
  };
}

function treeOf(items: readonly { readonly path: string; readonly record: CborMap }[]): { readonly blocks: Block[]; readonly data: Cid } {
  const blocks: Block[] = [];
  const builder = new TreeBuilder((node) => void blocks.push(node));
  for (const { path, record } of [...items].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const bytes = encodeCbor(record);
    const block = { cid: cidOf(bytes), bytes };
    blocks.push(block);
    builder.add(path, block.cid);
  }
  return { blocks, data: builder.finish() };
}
