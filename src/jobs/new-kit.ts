import { renewKit } from '../pds/index.ts';
import type { RenewedKit } from '../pds/index.ts';
import type { JobContext } from './job-context.ts';
import { kitBytes } from './kit-bytes.ts';
import type { NewKitAsk } from './messages.ts';

/** Gives an account new keys and a new kit. @throws as `renewKit` */
export async function newKit(
  { did, passphrase, kit, oldPassphrase = '' }: NewKitAsk, { store, fetch, settings, now }: Pick<JobContext, 'store' | 'fetch' | 'settings' | 'now'>,
): Promise<RenewedKit> {
  const old = kit && { file: await kitBytes(kit), passphrase: oldPassphrase };
  return renewKit({ store, fetch, settings, now }, did, { passphrase, ...(old !== undefined && { old }) });
}
