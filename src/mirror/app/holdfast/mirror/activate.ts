import { accountEvent, identityEvent, isStopped, signReceipt, syncEvent } from '../../../../mirroring/index.ts';
import type { CopyAccount, CopyHead } from '../../../../mirroring/index.ts';
import { XrpcError } from '../../../../pds/index.ts';
import { formatDidKey, lexicons } from '../../../../protocol/index.ts';
import type { Handle } from '../../../../protocol/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { isUnder } from '../../../handle-rules.ts';
import type { HostName } from '../../../host-names.ts';
import { toldHandle } from '../../../identity/told-handle.ts';
import type { MirrorHost } from '../../../mirror-host.ts';
import { receiptView } from '../../../views.ts';

export const activate = defineAccountMethod(lexicons.AppHoldfastMirrorActivate.mainSchema, ({ host, did }) => (
  host.ingest.inTurn(did, async () => {
    const account = await host.copies.account(did);
    const head = headOf(account);
    const told = account?.status === 'active' && host.names.of(account) !== undefined ? account.told : undefined;
    const { seq, time } = told ?? await begin(host, account!, head);
    return { receipt: receiptView(await signReceipt(host.signer, { did, commit: head.cid, rev: head.rev, seq }, time)) };
  })
));

function headOf(account: CopyAccount | undefined): CopyHead {
  if (account === undefined || account.status === 'deleted') throw refused('AccountNotFound', 'This mirror does not keep that account.');
  if (isStopped(account)) throw refused('AccountTakedown', 'The operator of this mirror does not serve this account.');
  if (account.head === undefined) throw refused('RepoNotFound', 'No repository has been handed over yet.');
  return account.head;
}

/**
 * Serves the account from now on, and tells the network in the order in which relays want to hear it. One whose name the mirror has no more
 * lives under the one that its document names by now.
 */
async function begin(host: MirrorHost, account: CopyAccount, head: CopyHead): Promise<{ readonly seq: number; readonly time: number }> {
  const { did } = account;
  const { at: { name }, handle } = await checkDocument(host, account);
  const [bytes] = await host.copies.reader(did).read([head.cid]);
  if (bytes === undefined) throw refused('RepoNotFound', 'The commit that was handed over is not here any more; hand the repository over again.');
  const events = await host.copies.update(did, { status: 'active', host: name, primary: undefined }, [
    accountEvent(did, true), identityEvent(did, handle), syncEvent(did, head.rev, { cid: head.cid, bytes }),
  ]);
  host.announce(events);
  host.outlets.of({ host: name })?.crawlers.announce();
  if (account.host !== name) host.log(`${did} lived under ${account.host}, which is no name of this mirror any more, and lives under ${name} now`);
  host.log(`${did} is active as ${handle ?? 'an account without a handle of ours'}`);
  return events.at(-1)!;
}

/**
 * An owner may name a domain of their own by now: the handle that the account has here stays for it, and is not told.
 * @returns the name that it is to live under, and the handle to tell of
 */
async function checkDocument({ identities, names, settings }: MirrorHost, account: CopyAccount): Promise<{ readonly at: HostName; readonly handle: Handle | undefined }> {
  const { did, handle, signingKey } = account;
  const document = await identities.of(did, 0);
  const at = names.of(account) ?? names.at(document.pds);
  if (document.pds === undefined || document.pds !== at?.origin) {
    throw mismatch(`The DID document names ${document.pds ?? 'no server'} as the server of the account, and not ${at?.origin ?? 'this mirror'}.`);
  }
  const isOwn = document.handle !== undefined && !isUnder(document.handle, settings);
  if (handle !== undefined && document.handle !== handle && !isOwn) {
    throw mismatch(`The DID document names ${document.handle ?? 'no handle'}, and the account is here as ${handle}.`);
  }
  if (document.signingKey === undefined || formatDidKey(document.signingKey) !== signingKey) {
    throw mismatch('The repository was signed by another key than the DID document names; hand it over again.');
  }
  return { at, handle: toldHandle(account, document) };
}

function mismatch(message: string): XrpcError {
  return refused('IdentityMismatch', message);
}

function refused(code: string, message: string): XrpcError {
  return new XrpcError(400, code, `${message} Nothing was changed.`);
}
