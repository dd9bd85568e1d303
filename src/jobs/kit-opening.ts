import type { Did } from '../protocol/index.ts';
import { decodePasskeyCopy, PASSKEY_COPY, passkeyPhrase } from '../keys/index.ts';
import type { KeyVault } from '../keys/index.ts';
import { JobRefusal } from './errors.ts';
import { kitBytes } from './kit-bytes.ts';
import type { KitOpening } from './messages.ts';

/** The name under which a vault keeps the hash of the file that this house put with a mirror under the passphrase, and with which. */
export const MIRROR_KIT = 'mirror-kit';

/** A sealed kit, and what opens it. */
export interface OpenableKit {
  readonly file: Uint8Array;
  readonly passphrase: string;
}

/**
 * The kit that a page handed over with its passphrase; or the copy that this house has under a passkey, with what the passkey
 * answered, which is wiped here.
 * @throws JobRefusal NoPasskeyCopy; KeysError
 */
export async function openableKit(opening: KitOpening, did: Did, vault: KeyVault): Promise<OpenableKit> {
  if (!('passkey' in opening)) return { file: await kitBytes(opening.kit), passphrase: opening.passphrase };
  const { passkey } = opening;
  try {
    const entry = await vault.get(did, PASSKEY_COPY);
    if (entry === undefined) throw new JobRefusal('NoPasskeyCopy', 'This house has no copy of the kit under a passkey. Nothing was changed.');
    const copy = decodePasskeyCopy(entry.bytes);
    return { file: copy.file, passphrase: await passkeyPhrase(copy, passkey) };
  } finally {
    passkey.fill(0);
  }
}
