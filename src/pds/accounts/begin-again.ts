import { createP256Signer, datetimeFromMs, formatDidKey, generateP256Key, TidClock, tidTime } from '../../protocol/index.ts';
import type { Did, P256KeyPair, Tid } from '../../protocol/index.ts';
import { Repository } from '../../repo/index.ts';
import type { Block, BlockReader } from '../../repo/index.ts';
import { operationCid, operationOf, readDidDocument, documentOf, signedBytes, signOperation } from '../../identity/index.ts';
import type { AtprotoIdentity, PlcLog } from '../../identity/index.ts';
import { importKeyPair, sealedKeyPair, sealKit, wipeKit } from '../../keys/index.ts';
import type { Kit, KitKey, Passphrase } from '../../keys/index.ts';
import type { Account, AccountKeys } from '../ports/account.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';
import { kitOf, passphraseText } from './kit-check.ts';
import { lastOperation } from './restore-account.ts';
import type { LastOperation } from './restore-account.ts';

/** What is asked about an account that only its kit is left of. */
export interface BeginningAgain {
  /** Seals the new kit; it is kept nowhere. */
  readonly passphrase: Passphrase;
  /** The verified log of the DID; undefined where the directory has never heard of it. */
  readonly logOf: (did: Did) => Promise<PlcLog | undefined>;
  /** The latest revs that anybody has seen of it. May refuse to go on. */
  readonly seen: (did: Did, identity: AtprotoIdentity | undefined) => Promise<readonly Tid[]>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** An account that has its identity and no record. Not stored yet. */
export interface BegunAgain {
  readonly account: Account;
  readonly keys: AccountKeys;
  readonly blocks: readonly Block[];
  /** CID of the operation that names the new keys. */
  readonly operation: string;
  readonly identity: AtprotoIdentity | undefined;
  /** The latest state that is known to have been, and is lost. */
  readonly lost: Tid | undefined;
}

const NOTHING_STORED: BlockReader = { read: async (cids) => cids.map(() => undefined) };
/** A rev further ahead than any reader takes is nobody's word. */
const AHEAD_MS = 5 * 60_000;

/**
 * Saves the identity of an account of which no copy is left: under the same DID an empty repository, by a new signing key, above every
 * rev that was seen; one operation, signed by the key of the kit, that names this key and this house's. The key of the kit stays, so
 * that the kit opens the way back as before, and a new kit holds the new signing key beside it.
 * @throws XrpcError KitPassphrase, KitDamaged, KitOfAnother, KeyUnsupported, IdentityChanged; what `logOf` and `seen` throw
 */
export async function beginAgain(file: Uint8Array, typed: string, options: BeginningAgain): Promise<BegunAgain> {
  const kit = await kitOf(file, passphraseText(typed));
  try {
    const log = await options.logOf(kit.did);
    if (log !== undefined && log.data === undefined) throw new XrpcError(400, 'IdentityChanged', 'The DID of this account was ended. Nothing was changed.');
    const last = lastOperation(kit, log);
    if (kit.recovery.publicKey.algorithm !== 'p256') {
      throw new XrpcError(400, 'KeyUnsupported', 'The recovery key of this kit is of a kind that a browser cannot hold. Nothing was changed.');
    }
    if (last === undefined || !last.data.rotationKeys.includes(formatDidKey(kit.recovery.publicKey))) {
      throw new XrpcError(400, 'KitOfAnother', 'This kit is of this account, but holds keys that it no longer has. Nothing was changed.');
    }
    const identity = log?.data && readDidDocument(documentOf(log.data, kit.did), kit.did);
    const latest = (now: number): number => (now + AHEAD_MS) * 1000;
    const revs = [...kit.rev === undefined ? [] : [kit.rev], ...await options.seen(kit.did, identity)].filter((rev) => tidTime(rev) <= latest(options.now));
    const lost = revs.sort().at(-1);
    const rotation = await generateP256Key(false);
    // The kit is sealed while the new secret is there, which is wiped on the way out.
    const { pair, sealed } = await sealedKeyPair((secret, publicKey) => finish(kit, { secret, publicKey }, rotation, { ...options, log, last, lost }));
    return { ...sealed, keys: { signing: pair, rotation }, identity, lost };
  } finally {
    wipeKit(kit);
  }
}

async function finish(
  kit: Kit, signing: KitKey, rotation: P256KeyPair,
  { passphrase, now, log, last, lost }: Pick<BeginningAgain, 'passphrase' | 'now'> & { readonly log: PlcLog | undefined; readonly last: LastOperation; readonly lost: Tid | undefined },
): Promise<Omit<BegunAgain, 'keys' | 'identity' | 'lost'>> {
  const { did, mirror, recovery } = kit;
  const [signingKey, houseKey] = [formatDidKey(signing.publicKey), formatDidKey((await createP256Signer(rotation)).publicKey)];
  const rotationKeys = [formatDidKey(recovery.publicKey), houseKey];
  const data = { ...last.data, rotationKeys, verificationMethods: { ...last.data.verificationMethods, atproto: signingKey } };
  const operation = await signOperation(await createP256Signer((await importKeyPair(recovery.secret)).pair), operationOf(data, last.cid));
  const clock = new TidClock({ now: () => now });
  // What comes next is above that.
  if (lost !== undefined) clock.next(lost);
  const signer = await createP256Signer((await importKeyPair(signing.secret)).pair);
  const { commit, newBlocks } = await Repository.create(NOTHING_STORED, did, { signer, clock });
  const createdAt = datetimeFromMs(now);
  const handle = (log?.data && readDidDocument(documentOf(log.data, did), did).handle) ?? kit.handle;
  const genesis = kit.genesis ?? (log && signedBytes(log.entries[0]!.operation));
  const shared = { did, createdAt, ...(handle !== undefined && { handle }), ...(genesis !== undefined && { genesis }) };
  const file = await sealKit({ ...shared, rev: commit.rev, recovery, signing, ...(mirror !== undefined && { mirror }) }, passphrase);
  const account: Account = {
    ...shared, status: 'active', origin: 'restored', head: { cid: commit.cid, rev: commit.rev, data: commit.data }, collections: new Map(),
    signingKey, rotationKeys, operations: [...last.unsent, signedBytes(operation)], kit: { file, createdAt, rev: commit.rev },
    ...(log !== undefined && { signedOperations: log.entries.map(({ cid }) => cid.toString()) }),
  };
  return { account, blocks: newBlocks, operation: operationCid(operation).toString() };
}
