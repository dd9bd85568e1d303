import { house } from '../house/client.ts';
import { houseEvents } from '../house/feed.ts';
import { JobFailure } from '../jobs/index.ts';
import { accountStore } from './account-store.ts';
import { rememberBackup, rememberFile } from './backups.ts';
import { downloadFile } from './download.ts';
import { keep, kept } from './keep.ts';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { lexicons } from '../../protocol/index.ts';
import type {
  CheckResult, CompactResult, CompareResult, JobProgress, MendResult, RestoreResult, RunningJob, SaveResult, TakeResult, VerifyResult,
} from '../jobs/index.ts';

/** A job as the house lists it: also those of other tabs, and of pages that are gone. */
export type JobRow = lexicons.AppHoldfastJobList.Job;

interface Results {
  readonly save: SaveResult;
  readonly folder: SaveResult;
  readonly restore: RestoreResult;
  readonly verify: VerifyResult;
  readonly compare: CompareResult;
  readonly take: TakeResult;
  readonly compact: CompactResult;
  readonly check: CheckResult;
  readonly mend: MendResult;
  readonly rescue: SaveResult;
}

/** Jobs that only read, or put away: whoever stops one loses nothing. */
const READS: readonly string[] = ['verify', 'compare', 'check', 'compact'];

/** Jobs that nobody waits for: leaving the page is no loss, and the next page does them. */
const QUIET: readonly string[] = [...READS, 'folder'];

/** Jobs whose subject is an account: those of another one are nobody's business. */
const OF_AN_ACCOUNT: readonly string[] = ['save', 'folder', 'compact', 'rescue'];

/** What a job of a page does. */
export type JobKind = keyof Results;

/** The screens that start jobs, and show them while they are open. */
export type JobScreen = '/backups' | '/backups/records' | '/restore' | '/check' | '/storage';

/** A job that this page started. */
export interface JobRun<Kind extends JobKind = JobKind> {
  readonly id: string;
  readonly kind: Kind;
  readonly screen: JobScreen;
  /** The account it is about, or the name of the file. */
  readonly subject: string;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  readonly state: 'running' | 'cancelling' | 'done' | 'failed' | 'cancelled';
  readonly progress: JobProgress | undefined;
  /** There when it is done. */
  readonly result: Results[Kind] | undefined;
  /** There when it failed. */
  readonly error: unknown;
  /** Whether its end was on a screen already. */
  readonly seen: boolean;
}

const DISMISSED = 'holdfast.jobs.dismissed';
/** How often the rows are asked for while one runs elsewhere: nothing tells that a page is gone. In milliseconds. */
const LOOK_AGAIN = 5_000;

/** The jobs of this page, which outlive the screens that start them, and what the house says of the others. */
class JobRuns {
  #listeners = new Set<() => void>();
  #runs: readonly JobRun[] = [];
  #running = new Map<string, RunningJob<unknown>>();
  #rows: readonly JobRow[] = [];
  #screen: JobScreen | undefined;
  #started = false;
  #again: ReturnType<typeof setTimeout> | undefined;

  /** Those of this page, oldest first. */
  get runs(): readonly JobRun[] {
    return this.#runs;
  }

  /** All that the house lists, newest first. */
  get rows(): readonly JobRow[] {
    return this.#rows;
  }

  /** The screen that shows its jobs itself. */
  get screen(): JobScreen | undefined {
    return this.#screen;
  }

  /** Hears of every change until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (!this.#started) {
      this.#started = true;
      houseEvents.subscribe((event) => {
        if (event.type === 'jobs' || event.type === 'hello') void this.refresh();
      });
      void this.refresh();
    }
    return () => this.#listeners.delete(listener);
  }

  /** Asks the house for its rows. Where it cannot be asked, what was known stays. Never rejects. */
  async refresh(): Promise<void> {
    clearTimeout(this.#again);
    try {
      const { jobs } = await house.get('app.holdfast.job.list', {});
      this.#rows = jobs;
    } catch {
      return;
    }
    if (this.elsewhere.length > 0) this.#again = setTimeout(() => void this.refresh(), LOOK_AGAIN);
    this.#tell();
  }

  /** Rows of jobs that run in other tabs. */
  get elsewhere(): readonly JobRow[] {
    return this.#foreign('running');
  }

  /** Rows of jobs whose page is gone, until they are dismissed. What only read is not worth a word. */
  get stopped(): readonly JobRow[] {
    const dismissed = dismissedIds();
    return this.#foreign('stopped').filter(({ id, kind }) => !READS.includes(kind) && !dismissed.includes(id));
  }

  /** Whether leaving the page would end something that the owner waits for. What only reads is no loss. */
  get isBusy(): boolean {
    return this.#runs.some((run) => !QUIET.includes(run.kind) && !hasEnded(run));
  }

  /** The newest job of a kind that a screen started; with `subject`, about that account. */
  latest<Kind extends JobKind>(kind: Kind, screen: JobScreen, subject?: string): JobRun<Kind> | undefined {
    return this.#runs.findLast((run): run is JobRun<Kind> => (
      run.kind === kind && run.screen === screen && (subject === undefined || run.subject === subject)
    ));
  }

  /** Follows a job to its end. An earlier one of the same kind and screen, about the same account if it is about one, is cancelled and forgotten. */
  follow<Kind extends JobKind>(kind: Kind, screen: JobScreen, subject: string, job: RunningJob<Results[Kind]>): void {
    const earlier = this.latest(kind, screen, OF_AN_ACCOUNT.includes(kind) ? subject : undefined);
    if (earlier !== undefined) this.dismiss(earlier.id);
    const { id } = job;
    const run: JobRun<Kind> = {
      id, kind, screen, subject, startedAt: Date.now(), state: 'running', progress: undefined, result: undefined, error: undefined, seen: false,
    };
    this.#running.set(id, job);
    this.#runs = [...this.#runs, run];
    job.follow((progress) => this.#change(id, { progress }));
    job.done.then(
      (result) => this.#end(id, { state: 'done', result }),
      (error: unknown) => this.#end(id, isCancelled(error) ? { state: 'cancelled' } : { state: 'failed', error }),
    ).catch(reportError);
    this.#changed();
  }

  /** Ends a job of this page; nothing of it stays. */
  cancel(id: string): void {
    if (!this.#running.has(id)) return;
    this.#change(id, { state: 'cancelling' });
    this.#running.get(id)?.cancel();
  }

  /** Takes a job away from the screen. One that runs is cancelled. */
  dismiss(id: string): void {
    this.#running.get(id)?.cancel();
    this.#running.delete(id);
    this.#runs = this.#runs.filter((run) => run.id !== id);
    const ids = new Set(this.#rows.map((row) => row.id));
    const known = [...dismissedIds(), id].filter((dismissed) => ids.has(dismissed));
    keep(DISMISSED, JSON.stringify(known));
    this.#changed();
  }

  /** Says which screen shows its jobs itself now; what had ended has been seen. */
  show(screen: JobScreen | undefined): void {
    this.#screen = screen;
    this.#runs = this.#runs.map((run) => (run.screen === screen && hasEnded(run) ? { ...run, seen: true } : run));
    this.#tell();
  }

  #foreign(state: JobRow['state']): readonly JobRow[] {
    const own = new Set(this.#runs.map(({ id }) => id));
    return this.#rows.filter((row) => row.state === state && !own.has(row.id));
  }

  #end(id: string, change: Partial<JobRun>): void {
    const run = this.#runs.find((known) => known.id === id);
    // Dismissed meanwhile.
    if (run === undefined) return;
    this.#running.delete(id);
    this.#change(id, { ...change, seen: run.screen === this.#screen || change.state === 'cancelled' });
    const { result } = change;
    if (result !== undefined && 'fileName' in result) {
      const backup = { time: new Date().toISOString(), rev: result.rev, bytes: result.bytes };
      rememberBackup(result.did, backup);
      if (run.kind === 'save') rememberFile(result.did, { ...backup, name: result.fileName });
      // Where the browser lets nobody choose a place, the file goes to its downloads.
      if (result.file !== undefined) downloadFile(result.fileName, result.file);
    }
    if (run.kind === 'restore' || run.kind === 'mend') void accountStore.refresh();
    void this.refresh();
  }

  #change(id: string, change: Partial<JobRun>): void {
    this.#runs = this.#runs.map((run) => (run.id === id ? { ...run, ...change } : run));
    this.#changed();
  }

  #changed(): void {
    if (this.isBusy) window.addEventListener('beforeunload', warn);
    else window.removeEventListener('beforeunload', warn);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export const jobRuns = new JobRuns();

/** Whether nothing more comes of a job. */
export function hasEnded({ state }: JobRun): boolean {
  return state !== 'running' && state !== 'cancelling';
}

/** Renders its host again whenever a job changes. A screen that shows its jobs itself says which it is. */
export class JobsController implements ReactiveController {
  #host: ReactiveControllerHost;
  #screen: JobScreen | undefined;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, screen?: JobScreen) {
    this.#host = host;
    this.#screen = screen;
    host.addController(this);
  }

  hostConnected(): void {
    this.#stop = jobRuns.subscribe(() => this.#host.requestUpdate());
    if (this.#screen !== undefined) jobRuns.show(this.#screen);
  }

  hostDisconnected(): void {
    this.#stop?.();
    if (this.#screen !== undefined && jobRuns.screen === this.#screen) jobRuns.show(undefined);
  }
}

const warn = (event: Event): void => event.preventDefault();

const isCancelled = (error: unknown): boolean => error instanceof JobFailure && error.code === 'Cancelled';

function dismissedIds(): readonly string[] {
  const known: unknown = JSON.parse(kept(DISMISSED) ?? '[]');
  return Array.isArray(known) ? known.filter((id) => typeof id === 'string') : [];
}
