import { findAge } from '../lib/age-command.mjs';
import { runNodeTests } from '../lib/node-tests.mjs';
import { findUnzip } from '../lib/unzip-command.mjs';

export const name = 'Contract suites of the ports, on every adapter; kits in the age program, backups in unzip';

/** Tests that need a program of the machine. */
const WITH_PROGRAMS = [
  { file: 'test/contract/age-command.test.ts', what: 'kits opened by the age program', find: findAge },
  { file: 'test/contract/unzip-command.test.ts', what: 'backups read by the unzip program', find: findUnzip },
];

export async function run() {
  const missing = WITH_PROGRAMS.map(({ find, ...rest }) => ({ ...rest, found: find() })).filter(({ found }) => 'reason' in found);
  const counts = await runNodeTests(['test/contract/**/*.test.ts'], undefined, missing.map(({ file }) => file));
  return { ...counts, notRun: missing.map(({ what, found }) => `${what}: ${found.reason}`) };
}
