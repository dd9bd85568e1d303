import type { Did } from '../protocol/index.ts';
import { PASSKEY_COPY } from '../keys/index.ts';
import type { KeyVault } from '../keys/index.ts';
import { renewKit } from '../pds/index.ts';
import type { RenewedKit } from '../pds/index.ts';
import type { JobContext } from './job-context.ts';
import { MIRROR_KIT, openableKit } from './kit-opening.ts';
import type { NewKitAsk } from './messages.ts';

/** Gives an account new keys and a new kit; the copies of the old one go. @throws as `renewKit`, `openableKit` */
export async function newKit(
  { did, passphrase, old: opening }: NewKitAsk, { vault, ...parts }: Pick<JobContext, 'store' | 'fetch' | 'settings' | 'now'> & { readonly vault: KeyVault },
): Promise<RenewedKit> {
  const old = opening && await openableKit(opening, did as Did, vault);
  const renewed = await renewKit(parts, did, { passphrase, ...(old !== undefined && { old }) });
  // They open keys that the account no longer has. What lies with the mirror goes there, when it hears of the new key.
  for (const name of [PASSKEY_COPY, MIRROR_KIT]) await vault.remove(renewed.did, name).catch(() => undefined);
  return renewed;
}
