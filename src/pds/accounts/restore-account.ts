import { createP256Signer, decodeCbor, formatDidKey, generateP256Key } from '../../protocol/index.ts';
import type { Did, Handle, PublicKey, Signer, Tid } from '../../protocol/index.ts';
import { dataOf, genesisDid, operationCid, operationOf, PLC_LIMITS, readOperation, signedBytes, signOperation } from '../../identity/index.ts';
import type { PlcData } from '../../identity/index.ts';
import { importKeyPair, wipeKit } from '../../keys/index.ts';
import type { Kit } from '../../keys/index.ts';
import type { Account, AccountKeys } from '../ports/account.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';
import { kitOf, passphraseText } from './kit-check.ts';

/** What a kit gives to the house that an account comes back to. Nothing of it can be read as a private key. */
export interface TakenKit {
  readonly did: Did;
  readonly handle: Handle | undefined;
  /** The key that the repository is signed by. */
  readonly key: PublicKey;
  /** The rev of the head when the kit was made. */
  readonly rev: Tid | undefined;
  readonly keys: AccountKeys;
  /** All of the account but what its repository says. */
  readonly account: Omit<Account, 'head' | 'collections'>;
}

/**
 * Opens a kit and takes from it what this house needs: the signing key, no longer extractable; a rotation key of the
 * house's own; and, where the kit knows the genesis operation, the signed operation that adds that key to the DID. The
 * secrets are wiped before it resolves.
 * @param passphrase as it was typed
 * @throws XrpcError KitPassphrase, KitDamaged, KeyUnsupported
 */
export async function takeKit(file: Uint8Array, passphrase: string): Promise<TakenKit> {
  const kit = await kitOf(file, passphraseText(passphrase));
  try {
    const { did, handle, rev, createdAt, genesis } = kit;
    if (kit.signing.publicKey.algorithm !== 'p256') {
      throw new XrpcError(400, 'KeyUnsupported', 'The signing key of this kit is of a kind that a browser cannot hold. Nothing was changed.');
    }
    const signing = await importKeyPair(kit.signing.secret);
    const rotation = await generateP256Key(false);
    const houseKey = formatDidKey((await createP256Signer(rotation)).publicKey);
    const update = await addHouseKey(kit, houseKey);
    const account = {
      did, status: 'active', origin: 'restored', createdAt, signingKey: formatDidKey(signing.publicKey),
      rotationKeys: update?.rotationKeys ?? [formatDidKey(kit.recovery.publicKey), houseKey],
      operations: update?.operations ?? [],
      ...(handle !== undefined && { handle }),
      ...(genesis !== undefined && { genesis }),
    } as const;
    return { did, handle, rev, key: signing.publicKey, keys: { signing: signing.pair, rotation }, account };
  } finally {
    wipeKit(kit);
  }
}

/**
 * The operations that no directory has yet: the genesis, and after it the one that adds the new house's key, signed by the
 * recovery key. Undefined where the genesis is not known, or the recovery key cannot sign here.
 */
async function addHouseKey(kit: Kit, houseKey: string): Promise<Pick<Account, 'rotationKeys' | 'operations'> | undefined> {
  if (kit.genesis === undefined || kit.recovery.publicKey.algorithm !== 'p256') return undefined;
  const { data, cid } = readGenesis(kit.genesis, kit.did);
  const signer: Signer = await createP256Signer((await importKeyPair(kit.recovery.secret)).pair);
  const recoveryKey = formatDidKey(signer.publicKey);
  if (!data.rotationKeys.includes(recoveryKey)) return undefined;
  const old = data.rotationKeys.filter((key) => key !== recoveryKey);
  const rotationKeys = [recoveryKey, houseKey, ...old].slice(0, PLC_LIMITS.rotationKeys);
  const operation = await signOperation(signer, operationOf({ ...data, rotationKeys }, cid));
  return { rotationKeys, operations: [kit.genesis, signedBytes(operation)] };
}

function readGenesis(bytes: Uint8Array, did: Did): { readonly data: PlcData; readonly cid: ReturnType<typeof operationCid> } {
  try {
    const operation = readOperation(decodeCbor(bytes));
    const data = dataOf(operation);
    if (operation.type !== 'plc_tombstone' && data !== undefined && genesisDid(operation) === did) return { data, cid: operationCid(operation) };
  } catch {
    // The one error below says what was wanted.
  }
  throw new XrpcError(400, 'KitDamaged', 'The kit opens, but the operation in it does not make the DID that it names. Nothing was changed.');
}
