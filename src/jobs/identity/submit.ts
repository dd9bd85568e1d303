import { DirectoryError, operationCid, PlcDirectory } from '../../identity/index.ts';
import type { PlcOperation } from '../../identity/index.ts';
import { noteUse, rememberSigned } from '../../pds/index.ts';
import type { KeyUse } from '../../pds/index.ts';
import { JobRefusal } from '../errors.ts';
import type { IdentityContext, KnownIdentity } from './known-identity.ts';

/**
 * Hands in an operation that was signed here. That it was is kept in mind before the directory has it. Where the answer is lost the
 * directory is asked whether it took it.
 * @throws JobRefusal OutcomeUnknown; DirectoryError; StoreError; the reason of the signal
 */
export async function submitSigned(
  { account, log }: KnownIdentity, operation: PlcOperation, key: KeyUse['key'], context: IdentityContext,
): Promise<void> {
  const { fetch, settings, signal } = context;
  const { did } = account;
  const subject = operationCid(operation).toString();
  await rememberSigned(context, account, log, [subject]);
  await noteUse(context, did, { what: 'operation', key, subject, audience: 'directory' });
  const directory = new PlcDirectory(fetch, (await settings()).directory);
  try {
    await directory.submit(did, operation, signal);
  } catch (error) {
    if (!(error instanceof DirectoryError && error.code === 'DirectoryUnreachable')) throw error;
    const now = await directory.log(did, signal).catch(() => undefined);
    signal.throwIfAborted();
    if (now?.entries.some(({ cid }) => cid.toString() === subject)) return;
    throw new JobRefusal('OutcomeUnknown', 'Your data is safe. The directory gave no answer, so nobody knows whether your identity was changed: look at it again in a while.', {}, error);
  }
}
