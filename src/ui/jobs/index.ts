import { startJobs } from '../start-jobs.ts';
import { JobFailure } from './job-types.ts';
import type { CompareResult } from './compare-types.ts';
import type {
  CheckResult, CompactResult, JobProgress, MendResult, RestoreResult, RunningJob, SaveResult, VerifyResult,
} from './job-types.ts';

export { JobFailure } from './job-types.ts';
export type { ComparedCollection, CompareResult, FoundChange, TakeResult } from './compare-types.ts';
export type {
  AccountReport, BackupContents, CheckResult, CompactResult, FileContents, Finding, JobProgress, MendResult, RestoreResult, RunningJob, SaveResult, VerifyResult,
} from './job-types.ts';

/** A backup of everything, or the records alone. */
export type SaveForm = 'zip' | 'car';

/** How long a worker may take to end its job by itself, in milliseconds, before it is ended. */
const GRACE = 3_000;

/**
 * Brings an account into this house: its kit (an armored text, too), the passphrase as typed, and a CAR of its repository;
 * or a backup, which may have the kit in it, and is encrypted under `filePassphrase` or not; without either, what the mirror has that its
 * DID names, or the `standby` that it does not name, or through the port `house` what another house of the account has that is open (`state/open-house.ts`). An empty passphrase is
 * that of the file. With `passkey`, what a passkey answered, the kit is a copy under it; the answer is transferred, and so is the port.
 */
export function startRestore(given: {
  readonly kit?: Blob; readonly passphrase: string; readonly passkey?: Uint8Array<ArrayBuffer>; readonly car?: Blob; readonly filePassphrase?: string;
  readonly house?: MessagePort; readonly standby?: { readonly url: string; readonly resolver: string };
}): RunningJob<RestoreResult> {
  const { passkey, house } = given;
  return start('restore', given, [...(passkey === undefined ? [] : [passkey.buffer]), ...(house === undefined ? [] : [house])]);
}

/**
 * Saves an account: as a backup, which is a zip of all that it has and of `kit`, or its repository as a bare CAR. `file` comes from `showSaveFilePicker` in the gesture of the owner; without
 * it the result has a file to download. `seal` is a generated passphrase, under which a backup is encrypted.
 */
export function startSave(given: {
  readonly did: string; readonly form: SaveForm; readonly file?: FileSystemFileHandle; readonly kit?: Blob; readonly seal?: string;
}): RunningJob<SaveResult> {
  return start('save', given);
}

/**
 * Reads a CAR or a backup to its end and says what it holds. The signature is checked with `key` (a `did:key`), else with the key of
 * the account in this house whose DID the file has, else not. With `twice` a second, independent verifier reads it as well.
 */
export function startVerify(given: { readonly car: Blob; readonly key?: string; readonly twice?: boolean; readonly filePassphrase?: string }): RunningJob<VerifyResult> {
  return start('verify', given);
}

/** Verifies a CAR or a backup of an account strictly, and says in what its records differ from those of the house. Changes nothing. */
export function startCompare(given: { readonly did: string; readonly car: Blob; readonly filePassphrase?: string }): RunningJob<CompareResult> {
  return start('compare', given);
}

/** Puts blobs of a backup, by CID, into the house, where they wait for a record that names them. */
export function startUnpack(given: { readonly did: string; readonly car: Blob; readonly cids: readonly string[]; readonly filePassphrase?: string }): RunningJob<unknown> {
  return start('unpack', given);
}

/** Writes the repository of an account anew, without what is dead. */
export function startCompaction(given: { readonly did: string }): RunningJob<CompactResult> {
  return start('compact', given);
}

/** Reads everything that is stored in this house, and says what is not what was stored. Changes nothing. */
export function startCheck(): RunningJob<CheckResult> {
  return start('check', {});
}

/** Puts right what can be: from what is here, from a saved file, or without one from the mirrors of the accounts. */
export function startMend(given: { readonly car?: Blob; readonly filePassphrase?: string }): RunningJob<MendResult> {
  return start('mend', given);
}

/** Saves the newest state of an account that can be read whole, though the entry of the account cannot be read. */
export function startRescue(given: { readonly did: string }): RunningJob<SaveResult> {
  return start('rescue', given);
}

/** The name that a saved file gets: the same in the worker, and as a suggestion to a picker. */
export function saveFileName(account: { readonly did: string; readonly handle?: string; readonly rev: string }, form: SaveForm | 'zip.age', at: Date = new Date()): string {
  const name = (account.handle ?? account.did).replaceAll(/[^a-zA-Z0-9.-]+/g, '-').slice(0, 100);
  const time = at.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 13);
  return `${name}-${time}-${account.rev}.${form}`;
}

function start<Result>(job: 'restore' | 'save' | 'compact' | 'verify' | 'compare' | 'unpack' | 'check' | 'mend' | 'rescue', given: object, transfer: Transferable[] = []): RunningJob<Result> {
  const safe = job === 'mend' ? 'What was put right so far stays so.' : 'Nothing in this house was changed.';
  // From here on a restore ends by itself when it is asked to, and what it says then is true.
  let isMovedIn = false;
  const id = crypto.randomUUID();
  const { promise, resolve, reject } = withResolvers<Result>();
  const worker = startJobs();
  let grace: ReturnType<typeof setTimeout> | undefined;
  let tell: ((progress: JobProgress) => void) | undefined;
  const end = (): void => {
    clearTimeout(grace);
    worker.terminate();
  };
  const fail = (code: string, message: string): void => {
    end();
    reject(new JobFailure(code, message));
  };
  worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const message = data as JobAnswer<Result>;
    if (message.type === 'progress') {
      isMovedIn ||= job === 'restore' && ['storing', 'unpacking', 'blobs'].includes(message.progress.phase);
      if (isMovedIn) clearTimeout(grace);
      tell?.(message.progress);
    }
    else if (message.type === 'failed') fail(message.error.code, message.error.message);
    else if (message.type === 'cancelled') fail('Cancelled', `The work was cancelled. ${safe}`);
    else {
      end();
      resolve(message.result);
    }
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    if (isMovedIn) fail('OutcomeUnknown', 'The worker that did this stopped.');
    else fail('WorkerStopped', `${safe} The worker that did this stopped; please try again.`);
  });
  worker.postMessage({ type: 'start', job, id, ...given }, transfer);
  return {
    id,
    follow: (listener) => (tell = listener),
    cancel() {
      worker.postMessage({ type: 'cancel' });
      if (!isMovedIn) grace ??= setTimeout(() => fail('Cancelled', `The work was cancelled. ${safe}`), GRACE);
    },
    done: promise,
  };
}

/** What the worker says; it is code of ours. */
type JobAnswer<Result> =
  | { readonly type: 'progress'; readonly progress: JobProgress }
  | { readonly type: 'done'; readonly result: Result }
  | { readonly type: 'cancelled' }
  | { readonly type: 'failed'; readonly error: { readonly code: string; readonly message: string } };

/** `Promise.withResolvers`, which not every browser that we support has. */
function withResolvers<Value>() {
  let resolve!: (value: Value) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
