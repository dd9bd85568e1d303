import { findAge } from '../lib/age-command.mjs';
import { runNodeTests } from '../lib/node-tests.mjs';

export const name = 'Contract suites of the ports, on every adapter; kits in the age program';

const WITH_AGE = 'test/contract/age-command.test.ts';

export async function run() {
  const age = findAge();
  const isThere = 'path' in age;
  const counts = await runNodeTests(['test/contract/**/*.test.ts'], undefined, isThere ? [] : [WITH_AGE]);
  return { ...counts, notRun: isThere ? [] : [`kits opened by the age program: ${age.reason}`] };
}
