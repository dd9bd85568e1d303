import { runNodeTests } from '../lib/node-tests.mjs';
import { SmallDisk } from '../../test/faults/support/small-disk.ts';

export const name = 'Faults: mirror, browser and workers ended while they work, disks that take no more; HOLDFAST_FAULTS times each';

const HOURS_MS = 24 * 60 * 60 * 1000;

export async function run() {
  const disk = SmallDisk.make(1);
  disk?.end();
  const isLong = process.env.HOLDFAST_FAULTS !== undefined;
  // Every point of an operation is one test. The store of a mirror is otherwise killed among the contract suites.
  const counts = await runNodeTests(['test/faults/**/*.test.ts', ...(isLong ? ['test/contract/sqlite-kill.test.ts'] : [])], isLong ? HOURS_MS : undefined);
  return disk === undefined ? { ...counts, notRun: [...counts.notRun, 'a full disk, and one that cannot be written: only root may mount one'] } : counts;
}
