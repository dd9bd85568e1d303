import { CidMap, isCidText, parseCid } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { lostBlocks, readerOver } from '../../repo/index.ts';
import { check } from './check.ts';
import { FileCopy, MirrorCopy } from './copies.ts';
import type { Copy } from './copies.ts';
import { examining } from './examine.ts';
import type { CheckContext, Examination } from './examine.ts';
import type { MendResult } from './finding.ts';

/** How often an account is looked at anew because someone else replaced its packs meanwhile. */
const ATTEMPTS = 3;
/** More than this is a repository to restore, not one to mend, in bytes. */
const MOST_BROUGHT = 256_000_000;

/** What was done so far. */
interface Deeds {
  brought: number;
  readonly forgotten: string[];
  unsent: number;
}

/** What damage is put right from; without a file, from the mirrors. */
export interface MendRequest {
  /** A CAR or a backup. */
  readonly car?: Blob;
  /** Of an encrypted backup, as it was typed. */
  readonly filePassphrase?: string;
}

/**
 * Puts right what can be put right: from what is here, from the mirror of each account, or from a saved file where one is
 * given. Nothing is taken that does not hash to its CID, and rows are only let go where no record is lost by it. Then all is
 * checked once more.
 * @param mended hears of each account whose rows were changed
 * @throws RepoError where the file is none; StoreError; the reason of the signal
 */
export async function mend(file: MendRequest, context: CheckContext, mended: (did: string) => void): Promise<MendResult> {
  const { inspection } = context;
  const deeds: Deeds = { brought: 0, forgotten: [], unsent: 0 };
  const journal = await inspection.journal();
  if (journal.length > 0) await inspection.mendRows(undefined, journal);
  for (const did of await inspection.dids()) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const isDone = await examining(did, context, (examination) => mendAccount(examination, file, context, deeds));
      mended(did);
      if (isDone) break;
    }
  }
  return { ...await check(context), ...deeds };
}

/** False where it is to be looked at again: because others were faster, or because more can be told now. */
async function mendAccount(examination: Examination, { car, filePassphrase }: MendRequest, context: CheckContext, deeds: Deeds): Promise<boolean> {
  const { inspection } = context;
  const { scan, report, reckoned, badBlobs } = examination;
  const { did, stored } = scan;
  if (report.findings.length === 0) return true;
  if (scan.rows.length > 0 || report.findings.some(({ what }) => what === 'counts')) {
    const { history, outbox } = await inspection.mendRows(did, scan.rows);
    deeds.forgotten.push(...history);
    deeds.unsent += outbox;
  }
  if (stored === undefined) return true;
  const copy = car !== undefined ? new FileCopy(car, context, filePassphrase) : report.mirror !== undefined ? new MirrorCopy(report.mirror, did, context) : undefined;
  if (copy !== undefined) deeds.brought += await mendBlobs(did as Did, badBlobs, copy, context);
  if (reckoned !== undefined && report.findings.some(({ what }) => what === 'counts' || what === 'reference')) {
    const { tally: { collections }, blobs } = reckoned;
    await inspection.mendReckoning(stored, { collections, blobs });
  }
  const isDamaged = scan.damages.some(({ table }) => table === 'pack' || table === 'tail' || table === 'index');
  if (!isDamaged && examination.lost.length === 0) return true;
  const { blocks, isWhole } = await bring(examination, copy, context);
  if (!isWhole && blocks.size === 0 && scan.blocks.held.size === 0) return true;
  const isDone = await inspection.mendBlocks(scan, blocks, isWhole);
  if (isDone) deeds.brought += blocks.size;
  // Counts and references can be told once all records are here.
  return isDone && (reckoned !== undefined || !isWhole);
}

/** Brings what is lost, and what is found to be lost once that is here. */
async function bring(
  { scan: { stored, blocks } }: Examination, copy: Copy | undefined, { signal, progress }: CheckContext,
): Promise<{ readonly blocks: CidMap<Uint8Array>; readonly isWhole: boolean }> {
  const brought = new CidMap<Uint8Array>();
  let bytes = 0;
  for (;;) {
    const lost = [];
    for await (const { cid } of lostBlocks(readerOver(brought, blocks), stored!.account.head, signal)) lost.push(cid);
    if (lost.length === 0) return { blocks: brought, isWhole: true };
    if (copy === undefined || bytes > MOST_BROUGHT) return { blocks: brought, isWhole: false };
    progress({ phase: 'fetching', done: brought.size, total: brought.size + lost.length, unit: 'records', records: 0 });
    const found = await copy.blocks(lost);
    if (found.size === 0) return { blocks: brought, isWhole: false };
    for (const [cid, block] of found.entries()) {
      brought.set(cid, block);
      bytes += block.length;
    }
  }
}

/** How many blobs came. */
async function mendBlobs(did: Did, names: readonly string[], copy: Copy, { blobs, signal, progress }: CheckContext): Promise<number> {
  let count = 0;
  for (const [index, name] of names.filter(isCidText).entries()) {
    signal.throwIfAborted();
    progress({ phase: 'blobs', done: index, total: names.length, unit: 'blobs', records: 0 });
    const cid = parseCid(name);
    const found = await copy.blob(cid);
    if (found === undefined) continue;
    await blobs.put(did, found.bytes, { cid, mimeType: found.mimeType });
    count++;
  }
  return count;
}
