import { createP256Signer, decodeCbor, formatDidKey, generateP256Key } from '../../protocol/index.ts';
import type { Cid, Did, Handle, PublicKey, Signer, Tid } from '../../protocol/index.ts';
import {
  dataOf, documentOf, genesisDid, operationCid, operationOf, PLC_LIMITS, readDidDocument, readOperation, signedBytes, signOperation,
} from '../../identity/index.ts';
import type { AtprotoIdentity, PlcData, PlcLog } from '../../identity/index.ts';
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
  /** What the DID says now, where a directory or a domain told. */
  readonly identity: AtprotoIdentity | undefined;
  readonly keys: AccountKeys;
  /** CID of the operation that gives this house its key; undefined where none was signed. */
  readonly operation: string | undefined;
  /** All of the account but what its repository says. */
  readonly account: Omit<Account, 'head' | 'collections'>;
}

/**
 * Opens a kit and takes from it what this house needs: the signing key, no longer extractable; a rotation key of the
 * house's own; and the signed operation that adds that key to the DID, after the last one that is known: of the log, else
 * the genesis in the kit. The secrets are wiped before it resolves.
 * @param passphrase as it was typed
 * @param logOf the verified log of the DID, where there is one to be had
 * @param published what the document of a DID says that no directory keeps, where it can be read
 * @throws XrpcError KitPassphrase, KitDamaged, KeyUnsupported, IdentityChanged for a DID that was ended; what `logOf` throws
 */
export async function takeKit(
  file: Uint8Array, passphrase: string, logOf: (did: Did) => Promise<PlcLog | undefined> = async () => undefined,
  published: (did: Did) => Promise<AtprotoIdentity | undefined> = async () => undefined,
): Promise<TakenKit> {
  const kit = await kitOf(file, passphraseText(passphrase));
  try {
    const { did, rev, createdAt } = kit;
    if (kit.signing.publicKey.algorithm !== 'p256') {
      throw new XrpcError(400, 'KeyUnsupported', 'The signing key of this kit is of a kind that a browser cannot hold. Nothing was changed.');
    }
    const log = await logOf(did);
    const identity = log === undefined ? await published(did) : identityOf(log);
    const genesis = kit.genesis ?? (log && signedBytes(log.entries[0]!.operation));
    const handle = identity?.handle ?? kit.handle;
    const signing = await importKeyPair(kit.signing.secret);
    const rotation = await generateP256Key(false);
    const houseKey = formatDidKey((await createP256Signer(rotation)).publicKey);
    const { rotationKeys, operations, operation } = await addHouseKey(kit, houseKey, log);
    const account = {
      did, status: 'active', origin: 'restored', createdAt, signingKey: formatDidKey(signing.publicKey), rotationKeys, operations,
      ...(handle !== undefined && { handle }),
      ...(genesis !== undefined && { genesis }),
      // Whoever holds the kit takes the past of the DID for their own.
      ...(log !== undefined && { signedOperations: log.entries.map(({ cid }) => cid.toString()) }),
    } as const;
    return { did, handle, rev, identity, operation, key: signing.publicKey, keys: { signing: signing.pair, rotation }, account };
  } finally {
    wipeKit(kit);
  }
}

/** @throws XrpcError IdentityChanged */
function identityOf({ did, data }: PlcLog): AtprotoIdentity {
  if (data === undefined) throw new XrpcError(400, 'IdentityChanged', 'The DID of this account was ended. Nothing was changed.');
  return readDidDocument(documentOf(data, did), did);
}

/**
 * The operations that no directory has yet: the genesis, unless the log has it, and after the last one that which adds the
 * new house's key, signed by the recovery key. None where that cannot sign here, or nothing before it is known.
 */
async function addHouseKey(kit: Kit, houseKey: string, log: PlcLog | undefined): Promise<Pick<Account, 'rotationKeys' | 'operations'> & Pick<TakenKit, 'operation'>> {
  const recoveryKey = formatDidKey(kit.recovery.publicKey);
  const last = lastOperation(kit, log);
  if (last === undefined) return { rotationKeys: [recoveryKey, houseKey], operations: [], operation: undefined };
  const { data, cid, unsent } = last;
  if (kit.recovery.publicKey.algorithm !== 'p256' || !data.rotationKeys.includes(recoveryKey)) {
    return { rotationKeys: data.rotationKeys, operations: [], operation: undefined };
  }
  const signer: Signer = await createP256Signer((await importKeyPair(kit.recovery.secret)).pair);
  const old = data.rotationKeys.filter((key) => key !== recoveryKey);
  // The oldest houses drop out.
  const rotationKeys = [recoveryKey, houseKey, ...old].slice(0, PLC_LIMITS.rotationKeys);
  const operation = await signOperation(signer, operationOf({ ...data, rotationKeys }, cid));
  return { rotationKeys, operations: [...unsent, signedBytes(operation)], operation: operationCid(operation).toString() };
}

/** What the next operation of a DID comes after. */
export interface LastOperation {
  readonly data: PlcData;
  readonly cid: Cid;
  /** What comes before, and a directory may not have. */
  readonly unsent: readonly Uint8Array[];
}

/** By the log, else the genesis in the kit. @throws XrpcError KitDamaged */
export function lastOperation({ genesis, did }: Kit, log: PlcLog | undefined): LastOperation | undefined {
  if (log?.data !== undefined) return { data: log.data, cid: log.head, unsent: [] };
  return genesis === undefined ? undefined : { ...readGenesis(genesis, did), unsent: [genesis] };
}

function readGenesis(bytes: Uint8Array, did: Did): { readonly data: PlcData; readonly cid: Cid } {
  try {
    const operation = readOperation(decodeCbor(bytes));
    const data = dataOf(operation);
    if (operation.type !== 'plc_tombstone' && data !== undefined && genesisDid(operation) === did) return { data, cid: operationCid(operation) };
  } catch {
    // The one error below says what was wanted.
  }
  throw new XrpcError(400, 'KitDamaged', 'The kit opens, but the operation in it does not make the DID that it names. Nothing was changed.');
}
