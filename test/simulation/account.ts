// The account that every simulation begins with.
import { datetimeFromMs, formatDidKey, parseDid, parseNsid, TidClock } from '../../src/protocol/index.ts';
import { carStream, Repository, repositoryBlocks } from '../../src/repo/index.ts';
import type { Block } from '../../src/repo/index.ts';
import type { Account, AccountKeys } from '../../src/pds/index.ts';
import { MemoryBlockStore } from '../../src/storage/memory/index.ts';
import { simulatedKeys } from './signing.ts';
import type { SimulatedKeys } from './signing.ts';

export const DID = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');
export const NOTE = parseNsid('app.holdfast.note');

/** The signing key of the account, and the key of its mirror. */
export const ACCOUNT_KEYS = await simulatedKeys('account');
export const MIRROR_KEYS = await simulatedKeys('mirror');

const BEGINNING = Date.UTC(2026, 4, 1);

export interface Beginning {
  readonly account: Account;
  readonly keys: AccountKeys;
  readonly blocks: readonly Block[];
  readonly car: Uint8Array;
}

/** An account without records, as it is before anything happens. */
export const BEGINNING_OF_ALL: Beginning = await begin();

async function begin(): Promise<Beginning> {
  const { signer } = ACCOUNT_KEYS;
  const store = new MemoryBlockStore();
  const { commit, newBlocks } = await Repository.create(store, DID, { signer, clock: new TidClock({ clockId: 1, now: () => BEGINNING }) });
  await store.apply({ put: newBlocks, remove: [] });
  const signingKey = formatDidKey(signer.publicKey);
  const car = await new Response(carStream(commit.cid, repositoryBlocks(store, commit, commit.data)) as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer();
  return {
    account: {
      did: DID, status: 'active', origin: 'created', createdAt: datetimeFromMs(BEGINNING), head: commit, collections: new Map(), signingKey,
      rotationKeys: [signingKey], operations: [],
    },
    keys: { signing: pairOf(ACCOUNT_KEYS), rotation: pairOf(ACCOUNT_KEYS) }, blocks: newBlocks, car: new Uint8Array(car),
  };
}

function pairOf({ publicKey, privateKey }: SimulatedKeys): AccountKeys['signing'] {
  return { publicKey, privateKey };
}
