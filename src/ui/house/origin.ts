import { msg, str } from '../i18n.ts';
import { isShared } from './shared-origin.ts';

/** Why this window is not a place to live in, in words, with what to do. */
export interface OriginWarning {
  readonly code: 'shared-origin' | 'private-window' | 'not-secure';
  readonly title: string;
  readonly text: string;
}

/** A private window gets a small part of the disk; an ordinary one half of it and more. */
const PRIVATE_QUOTA = 1.2e9;

/** What the owner should know of this window before an account is made in it. */
export async function originWarnings(): Promise<readonly OriginWarning[]> {
  const warnings: OriginWarning[] = [];
  if (!globalThis.isSecureContext) {
    warnings.push({
      code: 'not-secure', title: msg('This address is not secure.'),
      text: msg('Keys are only made on https addresses and on localhost. Open Holdfast at one of those.'),
    });
  }
  if (isShared(location)) {
    warnings.push({
      code: 'shared-origin', title: msg('Strangers may have pages at this address.'),
      text: msg(str`Every page under ${location.host} could use the keys that are made here. Use an address that has nothing else on it.`),
    });
  }
  if (await looksPrivate()) {
    warnings.push({
      code: 'private-window', title: msg('This looks like a private window.'),
      text: msg('When it is closed, the browser forgets everything in it, your account too. Use an ordinary window.'),
    });
  }
  return warnings;
}

/** A guess: browsers do not say. False where it cannot be told. */
async function looksPrivate(): Promise<boolean> {
  try {
    const { quota = Infinity } = await navigator.storage.estimate();
    if (quota < PRIVATE_QUOTA && !(await navigator.storage.persisted())) return true;
    // Firefox gives private windows no files of their own.
    await navigator.storage.getDirectory();
    return false;
  } catch (error) {
    return error instanceof DOMException && error.name === 'SecurityError';
  }
}
