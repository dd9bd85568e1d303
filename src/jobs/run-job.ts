import { datetimeFromMs, HoldfastError, isDid } from '../protocol/index.ts';
import type { Tid } from '../protocol/index.ts';
import { RepoError } from '../repo/index.ts';
import { DirectoryError, PlcError } from '../identity/index.ts';
import { KeysError } from '../keys/index.ts';
import { StoreError } from '../pds/index.ts';
import type { Job, JobStore } from '../pds/index.ts';
import { BackupError } from './backup/backup-error.ts';
import type { CheckResult } from './check/finding.ts';
import type { Inspection } from './check/inspection.ts';
import { compact } from './compact.ts';
import type { CompactResult } from './compact.ts';
import { errorReport } from './errors.ts';
import type { FileContents } from './file-contents.ts';
import type { Unpacked } from './compare/unpack.ts';
import type { JobContext } from './job-context.ts';
import type { ErrorReport, JobProgress, LongJob, LongJobMessage } from './messages.ts';
import { restore } from './restore.ts';
import { pickedPlace } from './save-place.ts';
import type { SavePlace } from './save-place.ts';
import { save } from './save.ts';
import type { SaveResult } from './save.ts';
import { verify } from './verify.ts';

/** Where a long job runs. */
export interface JobHouse extends Pick<JobContext, 'store' | 'blobs' | 'vault' | 'fetch' | 'settings'> {
  readonly jobs: JobStore;
  /** Tells pages and the service worker that something changed. */
  readonly tell: (type: 'accounts' | 'jobs' | 'mended', did?: string) => void;
  /** Opens the rows of the house, where it has rows. */
  readonly inspect?: () => Promise<Inspection>;
  readonly now: () => number;
  /** Where a save writes to that got no file from its page. */
  readonly ownPlace: (id: string, now: number) => Promise<SavePlace>;
}

/** How often a page hears of progress, and how often the row does, in milliseconds. */
const PAGE_MS = 100;
const ROW_MS = 1_000;

/**
 * Runs one long job: a row in the house that says how far it is, and messages to the page that started it. The row says
 * `running` for as long as the Web Lock `job:<id>` is held, so it needs no one to clear it. Never rejects.
 */
export async function runJob(request: LongJob, house: JobHouse, signal: AbortSignal, post: (message: LongJobMessage) => void): Promise<void> {
  await navigator.locks.request(`job:${request.id}`, async () => {
    const row = new JobRow(request, house);
    try {
      await row.begin();
      const progress = throttled((said) => {
        post({ type: 'progress', progress: said });
        row.move(said);
      }, house.now);
      const result = await work(request, house, { ...house, signal, progress });
      // What is done is done, whether its row can be written or not: without one the job reads as stopped.
      await row.end({ state: 'done', result: resultOf(result) }).catch(() => undefined);
      if (request.job === 'restore' || request.job === 'mend' || request.job === 'compact') house.tell('accounts');
      post({ type: 'done', result });
    } catch (error) {
      const isCancelled = signal.aborted && error === signal.reason;
      const { code, message, details } = reportOf(error, request);
      await row.end(isCancelled ? { state: 'cancelled' } : { state: 'failed', error: { code, message } }).catch(() => undefined);
      post(isCancelled ? { type: 'cancelled' } : { type: 'failed', error: { code, message, details } });
    }
  });
}

async function work(request: LongJob, house: JobHouse, context: JobContext): Promise<FileContents | CheckResult | CompactResult | Unpacked> {
  if (request.job === 'restore') return restore(request, context);
  if (request.job === 'verify') return verify(request, context);
  if (request.job === 'compare') return (await import('./compare/compare.ts')).compare(request, context);
  if (request.job === 'unpack') return (await import('./compare/unpack.ts')).unpack(request, context);
  if (request.job === 'compact') return compact(request.did, context);
  if (request.job === 'check' || request.job === 'mend' || request.job === 'rescue') return look(request, house, context);
  const { ownPlace } = house;
  const place = request.file === undefined ? await ownPlace(request.id, context.now()) : await pickedPlace(request.file);
  if (request.form === 'zip') return (await import('./backup/save-backup.ts')).saveBackup(request, place, context);
  return save(request.did, place, context);
}

async function look(
  request: LongJob & { job: 'check' | 'mend' | 'rescue' }, { inspect, tell, ownPlace }: JobHouse, context: JobContext,
): Promise<CheckResult | SaveResult> {
  const inspection = await inspect?.();
  if (inspection === undefined) throw new TypeError('This house has no rows to look at');
  try {
    const checking = { ...context, inspection };
    // What other jobs do not need comes when it is needed.
    if (request.job === 'check') return await (await import('./check/check.ts')).check(checking);
    if (request.job === 'rescue') {
      return await (await import('./check/rescue.ts')).rescue(request.did, await ownPlace(request.id, context.now()), checking);
    }
    return await (await import('./check/mend.ts')).mend(request, checking, (did) => tell('mended', did));
  } finally {
    await inspection.close();
  }
}

/** The row of a job, written in order and not too often. */
class JobRow {
  readonly #house: JobHouse;
  #job: Job;
  #writing: Promise<void> = Promise.resolve();
  #last: number;

  constructor({ id, job: kind, ...rest }: LongJob, house: JobHouse) {
    const did = 'did' in rest && isDid(rest.did) ? { did: rest.did } : {};
    this.#house = house;
    this.#last = house.now();
    this.#job = { id, kind, state: 'running', ...did, startedAt: datetimeFromMs(house.now()), done: 0, total: 0, unit: 'bytes' };
  }

  async begin(): Promise<void> {
    await this.#house.jobs.prune();
    await this.#put();
  }

  move({ done, total, unit }: JobProgress): void {
    this.#job = { ...this.#job, done, total, unit };
    if (this.#house.now() - this.#last < ROW_MS) return;
    this.#last = this.#house.now();
    // A row that could not be written tells of an earlier state, and no more is lost.
    this.#writing = this.#writing.then(() => this.#put()).catch(() => undefined);
  }

  async end(end: Pick<Job, 'state' | 'error' | 'result'>): Promise<void> {
    await this.#writing;
    this.#job = { ...this.#job, ...end, endedAt: datetimeFromMs(this.#house.now()) };
    await this.#put();
  }

  async #put(): Promise<void> {
    await this.#house.jobs.put(this.#job);
    this.#house.tell('jobs');
  }
}

function resultOf(contents: Pick<FileContents, 'records' | 'bytes'> & { readonly rev?: string; readonly fileName?: string }): NonNullable<Job['result']> {
  const { records, bytes, rev, fileName } = contents;
  return { records, bytes, ...(rev !== undefined && { rev: rev as Tid }), ...(fileName !== undefined && { fileName }) };
}

/** Passes on the first of a phase, and then not more than one in `PAGE_MS`. */
function throttled(pass: (said: JobProgress) => void, now: () => number): (said: JobProgress) => void {
  let phase: JobProgress['phase'] | undefined;
  let next = 0;
  return (said) => {
    if (said.phase === phase && now() < next && said.done !== said.total) return;
    phase = said.phase;
    next = now() + PAGE_MS;
    pass(said);
  };
}

const SAFE: Readonly<Record<LongJob['job'], string>> = {
  restore: 'Nothing in this house was changed.',
  save: 'Your data in this house is as it was, and no file was kept.',
  compact: 'Nothing in this house was changed.',
  verify: 'Nothing in this house was changed.',
  compare: 'Nothing in this house was changed.',
  unpack: 'No record in this house was changed.',
  check: 'Nothing in this house was changed.',
  rescue: 'Nothing in this house was changed.',
  mend: 'What is right in this house was not touched.',
};

/** What was stored last may have been, though nobody could tell. */
const UNSURE = 'Either the whole account is in this house now, or nothing of it.';

/** First whether the data is safe, then what is wrong with the file. */
function reportOf(error: unknown, request: LongJob): ErrorReport {
  const { job } = request;
  if (error instanceof RepoError) {
    const { code, message, details } = error;
    return { code, message: `${SAFE[job]} ${repoMessage(error, request)} ${message}.`, details };
  }
  if (error instanceof StoreError) {
    const safe = error.code === 'StoreClosed' && job === 'restore' ? UNSURE : SAFE[job];
    return { code: error.code, message: `${safe} ${error.message}.`, details: error.details };
  }
  if (error instanceof DirectoryError) return { code: error.code, message: `${SAFE[job]} ${error.message}`, details: {} };
  if (error instanceof PlcError) {
    return { code: 'DirectoryRefused', message: `${SAFE[job]} What the PLC directory says of this account does not hold.`, details: {} };
  }
  if (error instanceof KeysError) return { code: error.code, message: `${SAFE[job]} ${error.message}.`, details: error.details };
  if (error instanceof BackupError) return { code: error.code, message: `${SAFE[job]} ${error.message}`, details: {} };
  if (error instanceof HoldfastError) return errorReport(error);
  const name = error instanceof Error ? error.name : 'Unknown';
  if (name === 'QuotaExceededError') return { code: 'StorageFull', message: `${SAFE[job]} There is no room left on this device.`, details: {} };
  if (name === 'NotReadableError' || name === 'NotFoundError') {
    return { code: 'FileUnreadable', message: `${SAFE[job]} The file could not be read: it may have been moved or changed meanwhile.`, details: {} };
  }
  if (name === 'NotAllowedError' || name === 'NoModificationAllowedError') {
    return { code: 'FileUnwritable', message: `${SAFE[job]} The browser was not allowed to write the file.`, details: {} };
  }
  return { code: 'Unexpected', message: `${SAFE[job]} Something went wrong that Holdfast does not know (${name}).`, details: {} };
}

function repoMessage({ code }: RepoError, request: LongJob): string {
  if (request.job === 'save' || request.job === 'compact') return 'What is stored could not be read back whole.';
  if (request.job === 'mend') return 'The file is no saved repository, or is damaged itself.';
  const what = 'house' in request ? 'What the other browser sent' : !('car' in request) || request.car === undefined ? 'What the mirror sent' : 'The file';
  if (code === 'CommitDid') return `${what} is of another account.`;
  if (code === 'CommitSignature') return `${what} is not signed by the key of this account.`;
  if (code === 'FutureRev') return `${what} is dated in the future; please look at the clock of this device.`;
  return `${what} is not a whole, unchanged repository.`;
}
