// The `age` program, by which the tests open what Holdfast seals.
import { canInstallFromDebian, installFromDebian, onPath } from './debian.mjs';

/**
 * Finds it, and `script`, which gives it the terminal that it asks for a passphrase; installs what is missing.
 * @returns {{ path: string } | { reason: string }}
 */
export function findAge() {
  const isThere = () => onPath('age') !== undefined && onPath('script') !== undefined;
  if (!isThere() && process.env.HOLDFAST_INSTALL_BROWSERS !== '0' && canInstallFromDebian()) {
    console.log('The age program for the tests: installing it from Debian.');
    installFromDebian(['age', 'bsdutils']);
  }
  return isThere() ? { path: onPath('age') } : { reason: 'there is no age program (on Debian: apt-get install age)' };
}
