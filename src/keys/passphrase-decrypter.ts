import { Decrypter } from 'age-encryption';
import type { Identity } from 'age-encryption';

/** Reads what one passphrase has sealed; once it has failed, it tells whether the passphrase was the right one. */
export interface PassphraseDecrypter {
  readonly decrypter: Decrypter;
  /** False where the passphrase is another's; then nothing says that the file is damaged. */
  readonly isRight: () => boolean;
}

/** @param guard asked before the passphrase is tried, which may cost much: it throws where it is not to be */
export function passphraseDecrypter(passphrase: string, guard?: Identity): PassphraseDecrypter {
  const decrypter = new Decrypter();
  let isRight = true;
  // Identities are asked in this order, until one has the key of the file.
  if (guard !== undefined) decrypter.addIdentity(guard);
  decrypter.addPassphrase(passphrase);
  decrypter.addIdentity({
    unwrapFileKey: () => {
      isRight = false;
      return null;
    },
  });
  return { decrypter, isRight: () => isRight };
}
