import { createP256Signer, decodeCbor, formatDidKey } from '../../protocol/index.ts';
import type { Cid, Did, Handle, Signer } from '../../protocol/index.ts';
import { dataOf, DirectoryError, operationCid, operationOf, PlcDirectory, PlcError, readOperation, signOperation, withHandle } from '../../identity/index.ts';
import type { PlcData, PlcLog } from '../../identity/index.ts';
import { noteUse } from '../accounts/note-use.ts';
import type { House } from '../house.ts';
import type { Account } from '../ports/account.ts';
import { StoreError } from '../ports/store-error.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';
import { documentNamesOurKey, documentOf, isOnDomain, requireDocument } from './web-identity.ts';

type Parts = Pick<House, 'store' | 'fetch' | 'settings'>;

/**
 * Sees to it that the directory knows the DID as this house does: sends what it lacks of the account's operations, in their
 * order, and lets go of them. Repeated, it sends nothing twice. A document on a domain has to name the key already.
 * @throws XrpcError DirectoryUnreachable, DirectoryRefused, IdentityChanged, DocumentUnready
 */
export async function registerOperations(parts: Parts, account: Account): Promise<void> {
  const { did, genesis } = account;
  if (isOnDomain(did)) return requireDocument(parts, account);
  const directory = await directoryOf(parts, did);
  await asked(async () => {
    const log = await directory.log(did);
    const known = new Set(log?.entries.map(({ cid }) => cid.toString()));
    const first = log?.head.toString() ?? null;
    let head = first;
    await rememberSigned(parts, account, log, account.operations.map(cidText));
    // A directory that has never heard of the DID hears of it, also where another one knew it.
    const lost = log === undefined && account.operations.length === 0 && genesis !== undefined;
    for (const bytes of lost ? [genesis] : account.operations) {
      const operation = readOperation(decodeCbor(bytes));
      const cid = operationCid(operation).toString();
      if (known.has(cid)) continue;
      // Sent all the same, the recovery key could undo what somebody did meanwhile.
      if (operation.prev !== head) {
        throw changed('The DID was changed elsewhere since this house was set up. If that was you, on another device or before this '
          + 'account came back from a file, save it to a file, remove it here, and restore it from your kit and that file while online.');
      }
      await directory.submit(did, operation);
      head = cid;
    }
    checkOurs(account, head === first ? log : await directory.log(did));
  });
  if (account.operations.length > 0) await letGo(parts, account);
}

/** Of what was sent, and of nothing that was signed meanwhile. */
async function letGo({ store }: Parts, { did, operations: sent }: Account): Promise<void> {
  const gone = new Set(sent.map(cidText));
  await store.exclusive(did, async () => {
    const now = await store.account(did);
    if (now !== undefined) await store.update(did, { operations: now.operations.filter((bytes) => !gone.has(cidText(bytes))) });
  });
}

const cidText = (bytes: Uint8Array): string => operationCid(readOperation(decodeCbor(bytes))).toString();

/** What the next operation of an account comes after. */
export interface LastOperation {
  readonly data: PlcData;
  readonly cid: Cid;
  /** Whether a directory has it. */
  readonly isRegistered: boolean;
}

/**
 * What the DID says now: by the directory, which is told first what it lacks; of an account that no directory has heard of, by
 * this house, so that it needs no network.
 * @throws XrpcError DirectoryUnreachable, DirectoryRefused, IdentityChanged
 */
export async function lastOperation(parts: Parts, account: Account): Promise<LastOperation> {
  const { did, operations } = account;
  const [first, last] = [operations[0], operations.at(-1)];
  const directory = await directoryOf(parts, did);
  const isNew = first !== undefined && readOperation(decodeCbor(first)).prev === null;
  const log = await asked(() => directory.log(did)).catch((error: unknown) => {
    if (isNew && error instanceof XrpcError && error.code === 'DirectoryUnreachable') return undefined;
    throw error;
  });
  if (log === undefined && last !== undefined) {
    const operation = readOperation(decodeCbor(last));
    const data = dataOf(operation);
    if (data !== undefined) return { data, cid: operationCid(operation), isRegistered: false };
  }
  if (operations.length > 0) await registerOperations(parts, account);
  const { data, head } = checkOurs(account, operations.length > 0 ? await asked(() => directory.log(did)) : log);
  return { data, cid: head, isRegistered: true };
}

/** What a DID document is to say of where the account is. */
export interface Address {
  /** Left out, the names stay as they are. */
  readonly handle?: Handle | undefined;
  /** The origin of the server; undefined for none. */
  readonly pds: string | undefined;
}

/**
 * Makes the DID document say this, by one operation of the house's own key; by none if it says so already. One on a domain of the owner
 * has to say so.
 * @throws XrpcError DirectoryUnreachable, DirectoryRefused, IdentityChanged, DocumentUnready
 */
export async function pointTo(parts: Parts & Pick<House, 'now'>, account: Account, address: Address): Promise<void> {
  const { did } = account;
  // The owner takes a mirror out of it that is left.
  if (isOnDomain(did)) return address.pds === undefined ? undefined : requireDocument(parts, account, address.pds);
  const directory = await directoryOf(parts, did);
  const signer = await rotationSigner(parts, did);
  await asked(async () => {
    const log = await directory.log(did);
    const { data, head } = checkOurs(account, log);
    const next = dataWith(data, address);
    if (isSame(data, next)) return;
    if (!data.rotationKeys.includes(formatDidKey(signer.publicKey))) {
      throw changed('This house may not change the address of the account: its key is none of the DID\'s. Restore it once more, while online.');
    }
    const operation = await signOperation(signer, operationOf(next, head));
    const cid = operationCid(operation).toString();
    await rememberSigned(parts, account, log, [cid]);
    await noteUse(parts, did, { what: 'operation', key: 'house', subject: cid, audience: 'directory' });
    await directory.submit(did, operation);
  });
}

/**
 * Keeps in mind what this house has signed, before anybody else has it: what the log has beside that is somebody else's. What it
 * had when nothing was kept yet counts as the owner's.
 */
export async function rememberSigned({ store }: Pick<House, 'store'>, { did, signedOperations }: Account, log: PlcLog | undefined, cids: readonly string[]): Promise<void> {
  const known = signedOperations ?? log?.entries.map(({ cid }) => cid.toString()) ?? [];
  await store.update(did, { signedOperations: [...new Set([...known, ...cids])] });
}

/**
 * What the DID document says of the server now: its origin, if there is one.
 * @throws XrpcError as `pointTo`
 */
export async function namedServer(parts: Parts, account: Account): Promise<string | undefined> {
  if (isOnDomain(account.did)) return (await documentOf(parts, account)).pds;
  const directory = await directoryOf(parts, account.did);
  return asked(async () => checkOurs(account, await directory.log(account.did)).data.services['atproto_pds']?.endpoint);
}

/** Whether the DID names the key that signs here; undefined where nobody says, or nothing that holds. */
export async function namesOurKey(parts: Parts, account: Account): Promise<boolean | undefined> {
  const { did, signingKey } = account;
  if (isOnDomain(did)) return documentNamesOurKey(parts, account);
  const log = await directoryOf(parts, did).then((directory) => directory.log(did)).catch(() => undefined);
  return log && log.data?.verificationMethods['atproto'] === signingKey;
}

async function directoryOf({ fetch, settings }: Parts, did: Did): Promise<PlcDirectory> {
  if (!did.startsWith('did:plc:')) throw new XrpcError(400, 'DirectoryRefused', 'No directory keeps a DID of this kind. Nothing was changed.');
  return new PlcDirectory(fetch, (await settings()).directory);
}

async function rotationSigner({ store }: Parts, did: Did): Promise<Signer> {
  const keys = await store.keys(did);
  if (keys === undefined) throw new StoreError('StoreDamaged', 'The keys of an account are not in the store', { did });
  return createP256Signer(keys.rotation);
}

/** The log, if nobody but its owner by this house has changed the keys of the DID. */
function checkOurs({ rotationKeys, signingKey }: Account, log: PlcLog | undefined): { readonly data: PlcData; readonly head: PlcLog['head'] } {
  if (log === undefined) {
    throw new XrpcError(502, 'DirectoryRefused', 'Your data here is safe. The PLC directory does not know this account, and this house has nothing to tell it.');
  }
  const { data, head } = log;
  if (data === undefined) throw changed('The DID of this account was ended.');
  if (data.verificationMethods['atproto'] !== signingKey) throw changed('The signing key of this account was replaced elsewhere.');
  if (data.rotationKeys.join(' ') !== rotationKeys.join(' ')) throw changed('The keys that may change this account are others than this house knows.');
  return { data, head };
}

function dataWith(data: PlcData, { handle, pds }: Address): PlcData {
  const { atproto_pds: _, ...others } = data.services;
  return {
    ...handle === undefined ? data : withHandle(data, handle),
    services: pds === undefined ? others : { ...others, atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint: pds } },
  };
}

function isSame(a: PlcData, b: PlcData): boolean {
  const server = ({ services: { atproto_pds: service } }: PlcData): string => `${service?.type} ${service?.endpoint}`;
  return a.alsoKnownAs.join(' ') === b.alsoKnownAs.join(' ') && server(a) === server(b);
}

function changed(what: string): XrpcError {
  return new XrpcError(409, 'IdentityChanged', `Your data here is safe. ${what} Nothing was changed.`);
}

/** What went wrong with the directory, as XRPC tells it. */
async function asked<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DirectoryError) throw new XrpcError(502, error.code, `Your data here is safe. ${error.message}`, error);
    if (error instanceof PlcError) {
      throw new XrpcError(502, 'DirectoryRefused', 'Your data here is safe. What the PLC directory says of this account does not hold.', error);
    }
    throw error;
  }
}
