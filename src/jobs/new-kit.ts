import { renewKit } from '../pds/index.ts';
import type { RenewedKit } from '../pds/index.ts';
import type { JobContext } from './job-context.ts';
import type { NewKitAsk } from './messages.ts';

/** More than any kit has; read no further. */
const MAX_KIT_BYTES = 128 * 1024;

/** Gives an account new keys and a new kit. @throws as `renewKit` */
export async function newKit(
  { did, passphrase, kit, oldPassphrase = '' }: NewKitAsk, { store, fetch, settings, now }: Pick<JobContext, 'store' | 'fetch' | 'settings' | 'now'>,
): Promise<RenewedKit> {
  const old = kit && { file: new Uint8Array(await kit.slice(0, MAX_KIT_BYTES).arrayBuffer()), passphrase: oldPassphrase };
  return renewKit({ store, fetch, settings, now }, did, { passphrase, ...(old !== undefined && { old }) });
}
