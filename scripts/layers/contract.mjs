import { findAge } from '../lib/age-command.mjs';
import { runNodeTests } from '../lib/node-tests.mjs';
import { findUnzip } from '../lib/unzip-command.mjs';
import { findDirectNetwork, findWebRtc } from '../lib/webrtc.mjs';

export const name = 'Contract suites of the ports, on every adapter; kits in the age program, backups in unzip';

/** Tests that need a program of the machine, or an optional package. */
const WITH_MORE = [
  { file: 'test/contract/age-command.test.ts', what: 'kits opened by the age program', find: findAge },
  { file: 'test/contract/unzip-command.test.ts', what: 'backups read by the unzip program', find: findUnzip },
  { file: 'test/contract/webrtc.test.ts', what: 'the contract of channels over WebRTC', find: findWebRtc },
  { file: 'test/contract/webrtc-mirror.test.ts', what: 'a house and a mirror that connect directly', find: findDirectNetwork },
  { file: 'test/contract/webrtc-houses.test.ts', what: 'two houses that connect directly', find: findDirectNetwork },
];

export async function run() {
  const looked = await Promise.all(WITH_MORE.map(async ({ find, ...rest }) => ({ ...rest, found: await find() })));
  const missing = looked.filter(({ found }) => 'reason' in found);
  const counts = await runNodeTests(['test/contract/**/*.test.ts'], undefined, missing.map(({ file }) => file));
  return { ...counts, notRun: missing.map(({ what, found }) => `${what}: ${found.reason}`) };
}
