import { createP256Signer, datetimeFromMs, formatDidKey, generateP256Key, TidClock } from '../../protocol/index.ts';
import type { Did, Handle, P256KeyPair, PublicKey } from '../../protocol/index.ts';
import { checkCommit, Repository } from '../../repo/index.ts';
import type { Block, BlockReader, Commit } from '../../repo/index.ts';
import { genesisDid, operationCid, operationOf, signedBytes, signOperation } from '../../identity/index.ts';
import { importKeyPair, sealedKeyPair, sealKit } from '../../keys/index.ts';
import type { KitKey, Passphrase } from '../../keys/index.ts';
import type { Account, AccountKeys } from '../ports/account.ts';
import type { CreationStep } from '../ports/events.ts';

/** What an account is made with. */
export interface MakingOptions {
  /** Seals the kit; it is kept nowhere. */
  readonly passphrase: Passphrase;
  readonly handle: Handle | undefined;
  /** A did:web on a domain of the owner; left out, a did:plc is made. */
  readonly did?: Did | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Runs one step and tells of it. */
  readonly step: <Result>(name: CreationStep, work: () => Promise<Result>) => Promise<Result>;
}

/** An account that is not stored yet. */
export interface MadeAccount {
  readonly account: Account;
  readonly keys: AccountKeys;
  readonly blocks: readonly Block[];
  /** CID of the genesis operation of a did:plc. */
  readonly genesisCid: string | undefined;
}

/** For the first commit, which has nothing to read. */
const NOTHING_STORED: BlockReader = { read: async (cids) => cids.map(() => undefined) };

/**
 * Makes an account without any network: its keys, a did:plc unless it has a DID, an empty repository under a signed first commit, and the
 * sealed recovery kit. Signing key and recovery key exist as bytes only while this works; what it gives cannot be read.
 * @throws KeysError, PlcError or RepoError where this platform fails at a step
 */
export async function makeAccount(options: MakingOptions): Promise<MadeAccount> {
  const rotation = await generateP256Key(false);
  // The kit is sealed while both secrets are there: within the second, within the first. Both are wiped on the way out.
  const { pair, sealed } = await sealedKeyPair((signingSecret, signingKey) =>
    sealedKeyPair((recoverySecret, recoveryKey) => finish(
      { secret: signingSecret, publicKey: signingKey }, { secret: recoverySecret, publicKey: recoveryKey }, rotation, options,
    )).then((recovery) => recovery.sealed));
  return { ...sealed, keys: { signing: pair, rotation } };
}

async function finish(signing: KitKey, recovery: KitKey, rotation: P256KeyPair, options: MakingOptions): Promise<Omit<MadeAccount, 'keys'>> {
  const { passphrase, handle, now, step } = options;
  const createdAt = datetimeFromMs(now());
  // The pair that is stored comes out when the secret goes; until then another handle of the same key signs.
  const [{ pair }, houseSigner] = await step('keys', () => Promise.all([importKeyPair(signing.secret), createP256Signer(rotation)]));
  const rotationKeys = [formatDidKey(recovery.publicKey), formatDidKey(houseSigner.publicKey)];
  const operation = await step('genesis', async () => (options.did !== undefined ? undefined : signOperation(houseSigner, operationOf({
    rotationKeys,
    verificationMethods: { atproto: formatDidKey(signing.publicKey) },
    alsoKnownAs: handle === undefined ? [] : [`at://${handle}`],
    services: {},
  }, null))));
  const did = options.did ?? genesisDid(operation!);
  const genesis = operation && signedBytes(operation);
  const { commit, newBlocks } = await step('repository', async () =>
    Repository.create(NOTHING_STORED, did, { signer: await createP256Signer(pair), clock: new TidClock({ now }) }));
  await step('commit', () => checkFirst(commit, did, signing.publicKey, now));
  const file = await step('kit', () => sealKit({
    did, rev: commit.rev, createdAt, recovery, signing, ...(genesis !== undefined && { genesis }), ...(handle !== undefined && { handle }),
  }, passphrase));
  const account: Account = {
    did, status: 'active', origin: 'created', createdAt, rotationKeys,
    head: { cid: commit.cid, rev: commit.rev, data: commit.data },
    collections: new Map(), signingKey: formatDidKey(signing.publicKey), operations: genesis === undefined ? [] : [genesis],
    kit: { file, createdAt, rev: commit.rev },
    ...(handle !== undefined && { handle }), ...(genesis !== undefined && { genesis }),
  };
  return { account, blocks: newBlocks, genesisCid: operation && operationCid(operation).toString() };
}

/** A signature that this platform made wrong is found before anybody relies on it. */
function checkFirst(commit: Commit, did: Did, key: PublicKey, now: () => number): Promise<void> {
  return checkCommit(commit, { did, key, now: now() });
}
