import { inspectMirrorStore } from '../../storage/sqlite/index.ts';
import type { MirrorInspection } from '../../storage/sqlite/index.ts';
import { Faults } from './faults.ts';
import type { Fault, OnProgress } from './faults.ts';
import { verifyAccount } from './verify-account.ts';
import { EventCheck } from './verify-events.ts';

/** What was looked at, and what is wrong with it. */
export interface Verified {
  readonly accounts: number;
  readonly blobs: number;
  readonly lastSeq: number;
  readonly faults: readonly Fault[];
}

const MOST_LINES = 20;

/**
 * Verifies what a mirror keeps in a folder: the file of the database, every account, every blob, every event. Changes nothing, and
 * may run beside the mirror.
 * @throws MirrorStoreError StoreMissing, StoreNewer, StoreOlder, StoreForeign, StoreDamaged where the database cannot be opened
 */
export async function verifyMirror(folder: string, onProgress: OnProgress = () => undefined): Promise<Verified> {
  const inspection = inspectMirrorStore(folder);
  try {
    const file = new Faults();
    for (const line of inspection.damage(MOST_LINES)) file.add(`the database is damaged: ${line}`);
    const { accounts, blobs, faults } = await verifyAccounts(inspection, onProgress);
    const events = await new EventCheck(inspection).run(onProgress);
    return { accounts, blobs, lastSeq: inspection.seqs().last, faults: [...file.list(), ...faults, ...events] };
  } finally {
    inspection.close();
  }
}

async function verifyAccounts(inspection: MirrorInspection, onProgress: OnProgress): Promise<Omit<Verified, 'lastSeq'>> {
  const of = inspection.count();
  const faults: Fault[] = [];
  let [accounts, blobs] = [0, 0];
  for (const { did } of inspection.accounts()) {
    faults.push(...await verifyAccount(inspection, did, () => onProgress({ what: 'blobs', done: ++blobs })));
    onProgress({ what: 'accounts', done: ++accounts, of });
  }
  return { accounts, blobs, faults };
}
