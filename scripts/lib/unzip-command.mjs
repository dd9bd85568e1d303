// The `unzip` program, by which the tests read the backups that Holdfast writes.
import { canInstallFromDebian, installFromDebian, onPath } from './debian.mjs';

/**
 * Finds it; installs it where it is missing and may be.
 * @returns {{ path: string } | { reason: string }}
 */
export function findUnzip() {
  if (onPath('unzip') === undefined && process.env.HOLDFAST_INSTALL_BROWSERS !== '0' && canInstallFromDebian()) {
    console.log('The unzip program for the tests: installing it from Debian.');
    installFromDebian(['unzip']);
  }
  const path = onPath('unzip');
  return path === undefined ? { reason: 'there is no unzip program (on Debian: apt-get install unzip)' } : { path };
}
