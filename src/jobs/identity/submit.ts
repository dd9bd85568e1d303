import { operationCid, PlcDirectory } from '../../identity/index.ts';
import type { PlcOperation } from '../../identity/index.ts';
import { noteUse, rememberSigned } from '../../pds/index.ts';
import type { KeyUse } from '../../pds/index.ts';
import type { IdentityContext, KnownIdentity } from './known-identity.ts';

/**
 * Hands in an operation that was signed here. That it was is kept in mind before the directory has it.
 * @throws DirectoryError; StoreError; the reason of the signal
 */
export async function submitSigned(
  { account, log }: KnownIdentity, operation: PlcOperation, key: KeyUse['key'], context: IdentityContext,
): Promise<void> {
  const { fetch, settings, signal } = context;
  const subject = operationCid(operation).toString();
  await rememberSigned(context, account, log, [subject]);
  await noteUse(context, account.did, { what: 'operation', key, subject, audience: 'directory' });
  await new PlcDirectory(fetch, (await settings()).directory).submit(account.did, operation, signal);
}
