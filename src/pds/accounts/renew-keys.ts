import { createP256Signer, datetimeFromMs, formatDidKey } from '../../protocol/index.ts';
import type { Signer, Tid } from '../../protocol/index.ts';
import { signCommit } from '../../repo/index.ts';
import { operationCid, operationOf, signedBytes, signOperation } from '../../identity/index.ts';
import { importKeyPair, sealedKeyPair, sealKit, wipeKit } from '../../keys/index.ts';
import type { KitKey, Passphrase } from '../../keys/index.ts';
import type { LastOperation } from '../mirroring/identity.ts';
import type { Account, AccountKeys } from '../ports/account.ts';
import type { CommitChange, NewKeys } from '../ports/house-store.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';
import { kitOf, passphraseText } from './kit-check.ts';

/** What new keys are made with. */
export interface RenewalOptions {
  /** Seals the new kit; it is kept nowhere. */
  readonly passphrase: Passphrase;
  /** Of the commit that the new key signs. */
  readonly rev: Tid;
  /** What the operation that names the new keys comes after; left out of a DID that no directory keeps. */
  readonly last?: LastOperation | undefined;
  /** Signs that operation in place of the house's own key: the recovery key of the old kit, whose word cannot be undone. */
  readonly recovery?: Signer | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** New keys, which are not stored yet, and the commit that they sign. */
export interface Renewal {
  readonly change: CommitChange;
  readonly next: NewKeys;
  /** CID of the operation, which the old kit signed or the house, where there is one. */
  readonly operation: string | undefined;
}

/**
 * Makes a new recovery key and a new signing key for an account, seals them into a kit, signs the operation that puts them in
 * place of the old ones where a directory keeps the DID, and the present state of the repository once more. The house keeps its own rotation key; other houses
 * lose the right to change the DID, as they can no longer write: one of them may be the reason. Both new keys exist as bytes only
 * while this works.
 * @throws XrpcError IdentityChanged where nobody here may change the DID; KeysError, PlcError or RepoError where this platform fails
 */
export async function renewKeys(account: Account, { rotation }: AccountKeys, options: RenewalOptions): Promise<Renewal> {
  const house = await createP256Signer(rotation);
  const houseKey = formatDidKey(house.publicKey);
  const signer = options.recovery ?? house;
  if (options.last?.data.rotationKeys.includes(formatDidKey(signer.publicKey)) === false) {
    throw new XrpcError(409, 'IdentityChanged', 'Your data here is safe. This house may not change the keys of the account: its key is none of the DID\'s. Nothing was changed.');
  }
  // As with a new account: the kit is sealed while both secrets are there, and both are wiped on the way out.
  const { pair, sealed } = await sealedKeyPair((signingSecret, signingKey) =>
    sealedKeyPair((recoverySecret, recoveryKey) => finish(
      account, { secret: signingSecret, publicKey: signingKey }, { secret: recoverySecret, publicKey: recoveryKey }, houseKey, signer, options,
    )).then((recovery) => recovery.sealed));
  return { change: sealed.change, operation: sealed.operation, next: { ...sealed.next, keys: { signing: pair, rotation } } };
}

/**
 * The recovery key of the kit that is replaced, to sign with it this once.
 * @throws XrpcError KitPassphrase, KitDamaged, KitOfAnother
 */
export async function recoverySigner(file: Uint8Array, passphrase: string, { did, rotationKeys }: Account): Promise<Signer> {
  const kit = await kitOf(file, passphraseText(passphrase));
  try {
    if (kit.did !== did || formatDidKey(kit.recovery.publicKey) !== rotationKeys[0]) {
      throw new XrpcError(400, 'KitOfAnother', 'This kit opens, but it is not the present one of this account. Nothing was changed.');
    }
    return await createP256Signer((await importKeyPair(kit.recovery.secret)).pair);
  } finally {
    wipeKit(kit);
  }
}

async function finish(
  account: Account, signing: KitKey, recovery: KitKey, houseKey: string, signer: Signer, { passphrase, rev, last, now }: RenewalOptions,
): Promise<Omit<Renewal, 'next'> & { readonly next: Omit<NewKeys, 'keys'> }> {
  const { did, head, handle, genesis, mirror } = account;
  const signingKey = formatDidKey(signing.publicKey);
  const rotationKeys = [formatDidKey(recovery.publicKey), houseKey];
  const operation = last && await signOperation(signer, operationOf({
    ...last.data, rotationKeys, verificationMethods: { ...last.data.verificationMethods, atproto: signingKey },
  }, last.cid));
  const createdAt = datetimeFromMs(now);
  const commit = await signCommit(await createP256Signer((await importKeyPair(signing.secret)).pair), { did, rev, data: head.data });
  const file = await sealKit({
    did, rev, createdAt, recovery, signing,
    ...(genesis !== undefined && { genesis }), ...(handle !== undefined && { handle }), ...(mirror !== undefined && { mirror: mirror.url }),
  }, passphrase);
  return {
    operation: operation && operationCid(operation).toString(),
    change: {
      did, expected: head.cid, head: { cid: commit.cid, rev, data: head.data }, time: createdAt,
      newBlocks: [commit], deadBlocks: [head.cid], operations: [], previous: new Map(), collections: new Map(), blobs: new Map(),
    },
    next: {
      signingKey, rotationKeys, operations: [...account.operations, ...operation === undefined ? [] : [signedBytes(operation)]], kit: { file, createdAt, rev },
    },
  };
}
