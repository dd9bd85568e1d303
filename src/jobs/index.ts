import { DEFAULT_SETTINGS, fetchSettings } from '../pds/index.ts';
import { IdbKeyVault, openHouse } from '../storage/idb/index.ts';
import { sha256Ready } from '../protocol/index.ts';
import type { Inspection } from './check/inspection.ts';
import { askFailure, CheckError, errorReport, JobRefusal } from './errors.ts';
import type { IdentityContext } from './identity/known-identity.ts';
import { isCancel, isLongJob, isStart } from './messages.ts';
import type { JobMessage, LongJob, ShortJob, StepReport } from './messages.ts';
import { ownPlace } from './own-place.ts';
import { runJob } from './run-job.ts';
import { selfCheckSteps } from './self-check.ts';
import { runSteps } from './step.ts';
import type { Announce, HouseSettings } from '../pds/index.ts';

// The types of a worker's global scope contradict those of a page, so only what is used is named.
interface WorkerScope {
  postMessage(message: JobMessage): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

const UNKNOWN_JOB = { code: 'UnknownJob', message: 'This worker knows no such job', details: {} };
const BUSY = { code: 'WorkerBusy', message: 'This worker has its job already', details: {} };

const scope = globalThis as unknown as WorkerScope;
const cancelling = new AbortController();
let isStarted = false;

scope.addEventListener('message', ({ data }) => {
  if (isCancel(data)) return cancelling.abort();
  if (!isStart(data)) return scope.postMessage({ type: 'failed', steps: [], error: UNKNOWN_JOB });
  if (isStarted) return scope.postMessage({ type: 'failed', steps: [], error: BUSY });
  isStarted = true;
  if (data.job === 'self-check') void selfCheck(cancelling.signal);
  else void (isLongJob(data) ? longJob(data, cancelling.signal) : shortJob(data, cancelling.signal));
});

async function longJob(job: LongJob, signal: AbortSignal): Promise<void> {
  // The service worker and the feed that it keeps hear of it.
  const channel = new BroadcastChannel('holdfast');
  try {
    await sha256Ready;
    const { store, blobs, jobs } = await openHouse();
    const tell = (type: 'accounts' | 'jobs' | 'mended', did?: string): void => channel.postMessage({ type, did });
    const inspect = async (): Promise<Inspection> => (await import('./check/stored-house.ts')).openStoredHouse();
    const vault = await IdbKeyVault.open();
    const house = { store, blobs, jobs, vault, tell, inspect, ownPlace, fetch, settings, now: Date.now };
    await runJob(job, house, signal, (message) => scope.postMessage(message));
  } catch (error) {
    scope.postMessage({ type: 'failed', error: errorReport(error) });
  } finally {
    channel.close();
  }
}

const settings = (): Promise<HouseSettings> => fetchSettings(fetch, location.origin).catch(() => DEFAULT_SETTINGS);

/** What is over in a moment and has no row in the house. */
async function shortJob(ask: ShortJob, signal: AbortSignal): Promise<void> {
  const channel = new BroadcastChannel('holdfast');
  const tell = (did: string, ...types: ('accounts' | 'identity' | 'mirrors')[]): void => {
    for (const type of types) channel.postMessage({ type, did });
  };
  try {
    await sha256Ready;
    const { store, blobs, jobs } = await openHouse();
    if (ask.job === 'kit') {
      const { answerKitCall } = await loaded(import('./kit-call.ts'));
      const announce: Announce = (event) => channel.postMessage(event);
      return scope.postMessage({ type: 'done', result: await answerKitCall(ask, { store, blobs, jobs, now: Date.now, announce, host: location.host }) });
    }
    const house = { store, vault: await IdbKeyVault.open(), fetch, settings, now: Date.now, signal };
    scope.postMessage({ type: 'done', result: await answerTo(ask, house, tell) });
  } catch (error) {
    scope.postMessage({ type: 'failed', error: askFailure(error) });
  } finally {
    channel.close();
  }
}

/** What one of them needs comes when it is asked for. Pages hear what is another now; the one that leads tells the mirror to look at a DID. */
async function answerTo(
  ask: Exclude<ShortJob, { readonly job: 'kit' }>, house: Omit<IdentityContext, 'tell'>, tell: (did: string, ...types: ('accounts' | 'identity' | 'mirrors')[]) => void,
): Promise<unknown> {
  if (ask.job === 'identity') {
    const { answerAsk } = await loaded(import('./identity/ask.ts'));
    return answerAsk(ask, { ...house, tell: () => tell(ask.did, 'accounts', 'identity') });
  }
  if (ask.job === 'keys') {
    const { answerKeysAsk } = await loaded(import('./keys/ask.ts'));
    const answer = await answerKeysAsk(ask, house);
    if (!['uses', 'passkey', 'confirm', 'mirror-kits'].includes(ask.what)) tell(ask.did, 'accounts');
    return answer;
  }
  if (ask.job === 'new-kit') {
    const { newKit } = await loaded(import('./new-kit.ts'));
    const renewed = await newKit(ask, house);
    // What the mirror tells of it comes before what the new key signs.
    tell(ask.did, 'accounts', 'identity', 'mirrors');
    return renewed;
  }
  if (ask.job === 'find-kit') {
    const { findKit } = await loaded(import('./keys/ask.ts'));
    return findKit(ask, house);
  }
  const { beginAgain } = await loaded(import('./begin-again.ts'));
  const begun = await beginAgain(ask, house);
  tell(begun.did, 'accounts');
  return begun;
}

/** A part that comes when it is needed may be gone, where these pages are of a version that was replaced. */
function loaded<Module>(loading: Promise<Module>): Promise<Module> {
  return loading.catch(() => {
    throw new JobRefusal('PartMissing', 'Nothing was changed. A part of these pages could not be loaded: load this page anew while online, and try again.');
  });
}

async function selfCheck(signal: AbortSignal): Promise<void> {
  let steps: readonly StepReport[] = [];
  const report = (reports: readonly StepReport[]): void => {
    steps = reports;
    scope.postMessage({ type: 'progress', steps });
  };
  const start = performance.now();
  try {
    if (!globalThis.isSecureContext) {
      throw new CheckError('Keys are only made on https addresses and on localhost, and this page is on neither');
    }
    const done = await runSteps(selfCheckSteps(), { report, signal });
    scope.postMessage({ type: 'done', steps: done, ms: performance.now() - start });
  } catch (error) {
    if (signal.aborted) scope.postMessage({ type: 'cancelled', steps });
    else scope.postMessage({ type: 'failed', steps, error: errorReport(error) });
  }
}
