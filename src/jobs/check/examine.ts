import { createP256Signer, formatDidKey, isCidText, parseCid, parseDidKey } from '../../protocol/index.ts';
import type { Cid, Did, Tid } from '../../protocol/index.ts';
import { carStream, lostBlocks, RepoError, repositoryBlocks, Tally, verifyRepository } from '../../repo/index.ts';
import type { LostBlock } from '../../repo/index.ts';
import type { Account } from '../../pds/index.ts';
import { StoreError } from '../../pds/index.ts';
import type { JobContext } from '../job-context.ts';
import { MOST_FINDINGS } from './finding.ts';
import type { AccountReport, Finding } from './finding.ts';
import type { Inspection, RowDamage, Scan } from './inspection.ts';

/** Clocks are no matter of what is stored. */
const NEVER_LATE = Number.MAX_SAFE_INTEGER;

/** What a job that checks has. */
export interface CheckContext extends JobContext {
  readonly inspection: Inspection;
}

/** What was found of an account, and what is needed to put it right. */
export interface Examination {
  readonly report: AccountReport;
  readonly scan: Scan;
  /** Those of `MOST_FINDINGS` blocks at most. */
  readonly lost: readonly LostBlock[];
  /** What the records come to, where all of them could be read. */
  readonly reckoned: Reckoned | undefined;
  readonly badBlobs: readonly string[];
}

/** What the records of a repository come to. */
interface Reckoned {
  readonly tally: Tally;
  readonly blobs: ReadonlyMap<string, readonly Cid[]>;
}

/** Reads everything that is stored of an account, and runs `work` while nothing of it is deleted. */
export async function examining<Result>(did: string, context: CheckContext, work: (examination: Examination) => Promise<Result>): Promise<Result> {
  const { store, inspection, progress, signal } = context;
  const total = await store.size(did as Did).then(({ blocks, history }) => blocks + history, () => 0);
  let bytes = 0;
  const reads = async (count: number): Promise<void> => {
    signal.throwIfAborted();
    bytes += count;
    progress({ phase: 'rows', done: total === 0 ? bytes : Math.min(bytes, total), total, unit: 'bytes', records: 0 });
  };
  return inspection.scanning(did, reads, async (scan) => {
    const findings: Finding[] = scan.damages.map(findingOf);
    const { account } = scan.stored ?? {};
    const lost: LostBlock[] = [];
    let reckoned: Reckoned | undefined;
    const badBlobs: string[] = [];
    if (account !== undefined) {
      if (!await hasKeys(account, context)) findings.push({ what: 'keys', cure: 'none' });
      const verified = await verify(scan, account, context);
      if (verified instanceof RepoError) findings.push(...await lossesOf(verified, scan, account, lost, signal));
      else findings.push(...await reckoning(account, reckoned = verified, context));
      const isQuiet = scan.damages.every(({ table }) => table !== 'history' && table !== 'outbox');
      if (isQuiet && !await inspection.isCounted(did)) findings.push({ what: 'counts', cure: 'here' });
    }
    const blobs = await blobFindings(did, reckoned, context, badBlobs);
    findings.push(...blobs.findings);
    return work({
      scan, lost, reckoned, badBlobs,
      report: {
        did, blobs: blobs.count, history: scan.history, bytes, records: reckoned?.tally.records ?? countOf(account),
        findings: unique(findings).slice(0, MOST_FINDINGS), more: Math.max(0, unique(findings).length - MOST_FINDINGS),
        ...(account?.handle !== undefined && { handle: account.handle }),
        ...(account?.mirror !== undefined && { mirror: account.mirror.url }),
      },
    });
  });
}

function findingOf({ table, rev, isMendable }: RowDamage): Finding {
  if (table === 'account') return { what: 'account', cure: isMendable ? 'here' : 'none' };
  if (table === 'history' || table === 'outbox') return { what: table, rev: rev!, cure: isMendable ? 'here' : 'drop' };
  if (table === 'preferences') return { what: table, cure: isMendable ? 'here' : 'drop' };
  return { what: table === 'index' ? 'index' : 'rows', cure: 'here' };
}

/** What of the repository is lost; else it is whole, and not right. */
async function lossesOf(reason: RepoError, { blocks }: Scan, { head }: Account, lost: LostBlock[], signal: AbortSignal): Promise<Finding[]> {
  const findings: Finding[] = [];
  try {
    for await (const block of lostBlocks(blocks, head, signal)) {
      if (lost.length < MOST_FINDINGS) lost.push(block);
      findings.push(lostFinding(block));
    }
  } catch (error) {
    if (!(error instanceof RepoError)) throw error;
  }
  return findings.length > 0 ? findings : [{ what: 'form', code: reason.code, message: reason.message, cure: 'none' }];
}

function lostFinding(block: LostBlock): Finding {
  if (block.kind === 'record') return { what: 'record', path: block.path, cure: 'copy' };
  if (block.kind === 'commit') return { what: 'commit', cure: 'copy' };
  const { above, below } = block;
  return { what: 'part', cure: 'copy', ...(above !== undefined && { above }), ...(below !== undefined && { below }) };
}

/** Rows of packs are no news one by one. */
function unique(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const text = JSON.stringify(finding);
    return !seen.has(text) && seen.add(text);
  });
}

function countOf(account: Account | undefined): number {
  return [...account?.collections.values() ?? []].reduce((sum, { records }) => sum + records, 0);
}

/** Whether the house can still sign for the account. */
async function hasKeys({ did, signingKey }: Account, { store }: CheckContext): Promise<boolean> {
  try {
    const keys = await store.keys(did);
    if (keys === undefined) return false;
    const signer = await createP256Signer(keys.signing);
    await signer.sign(new Uint8Array(1));
    return formatDidKey(signer.publicKey) === signingKey;
  } catch {
    return false;
  }
}

/** The strict verification of everything that the head leads to, as a stranger would do it. */
async function verify({ blocks }: Scan, { did, head, signingKey, collections }: Account, { signal, progress }: CheckContext): Promise<Reckoned | RepoError> {
  const tally = new Tally();
  const total = [...collections.values()].reduce((sum, { records }) => sum + records, 0);
  const [bytes = new Uint8Array(0)] = await blocks.read([head.cid]);
  try {
    await verifyRepository(carStream(head.cid, repositoryBlocks(blocks, { cid: head.cid, bytes }, head.data, signal)), {
      key: parseDidKey(signingKey), did, keepForeign: true, now: NEVER_LATE, signal,
      visitor: {
        record: (path, cid, record) => {
          tally.add(path, cid, record);
          progress({ phase: 'verifying', done: Math.min(tally.records, total), total, unit: 'records', records: tally.records });
        },
      },
    });
    return { tally, blobs: tally.takeBlobs() };
  } catch (error) {
    if (error instanceof RepoError) return error;
    throw error;
  }
}

/** Counts and references against the records. */
async function reckoning({ did, head, collections }: Account, { tally, blobs }: Reckoned, { inspection, store }: CheckContext): Promise<Finding[]> {
  const findings: Finding[] = [];
  const names = new Set([...collections.keys(), ...tally.collections.keys()]);
  if ([...names].some((name) => collections.get(name)?.records !== tally.collections.get(name)?.records)) findings.push({ what: 'counts', cure: 'here' });
  const wanted = new Map([...blobs].flatMap(([path, cids]) => cids.map((cid) => [`${cid.toString()} ${path}`, path] as const)));
  const references = await inspection.references(did);
  // References are read later than records: what was written in between is no damage.
  const isLater = await changedSince(did, head.rev, store);
  for (const { cid, path, isRight } of references) {
    const isWanted = wanted.delete(`${cid} ${path}`);
    if (!isRight || (!isWanted && !isLater.has(path))) findings.push({ what: 'reference', path, cure: 'here' });
  }
  for (const path of wanted.values()) if (!isLater.has(path)) findings.push({ what: 'reference', path, cure: 'here' });
  return findings;
}

/** The paths of records that commits after `rev` changed, as far as history can be read. */
async function changedSince(did: Did, rev: Tid, store: CheckContext['store']): Promise<ReadonlySet<string>> {
  const paths = new Set<string>();
  for (let from = rev, isMore = true; isMore;) {
    const entries = await store.history(did, { from, limit: 100 }).catch((error: unknown) => {
      if (error instanceof StoreError && error.code === 'StoreDamaged') return [];
      throw error;
    });
    for (const { rev: of, operations } of entries) if (of > rev) for (const { path } of operations) paths.add(path);
    const last = entries.at(-1)?.rev ?? from;
    isMore = last > from;
    from = last;
  }
  return paths;
}

/** Every blob's bytes against its name; and those that records name and are not here. */
async function blobFindings(
  did: string, reckoned: Reckoned | undefined, context: CheckContext, bad: string[],
): Promise<{ readonly count: number; readonly findings: readonly Finding[] }> {
  const { inspection, signal, progress } = context;
  const rows = await inspection.blobRows(did);
  const names = [...rows.keys()];
  for (const [index, name] of names.entries()) {
    signal.throwIfAborted();
    progress({ phase: 'blobs', done: index, total: names.length, unit: 'blobs', records: 0 });
    if (rows.get(name)!.cid !== name || !await isBlobRight(did, name, context)) bad.push(name);
  }
  const named = new Set([...reckoned?.blobs.values() ?? []].flat().map(String));
  const missing = [...named].filter((name) => !rows.has(name));
  bad.push(...missing);
  const paths = bad.length === 0 ? [] : await inspection.references(did);
  return {
    count: names.length,
    findings: bad.map((cid) => ({ what: 'blob', cid, cure: 'copy', paths: paths.filter((reference) => reference.cid === cid).map(({ path }) => path) })),
  };
}

async function isBlobRight(did: string, name: string, { blobs }: CheckContext): Promise<boolean> {
  if (!isCidText(name)) return false;
  try {
    const cid = parseCid(name);
    const content = await blobs.bytes(did as Did, cid);
    if (content === undefined) return false;
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await content.arrayBuffer()));
    return digest.every((byte, index) => byte === cid.digest[index]);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'StoreDamaged') return false;
    throw error;
  }
}
