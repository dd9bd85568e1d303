import { DEFAULT_SETTINGS, fetchSettings } from '../pds/index.ts';
import { IdbKeyVault, openHouse } from '../storage/idb/index.ts';
import { sha256Ready } from '../protocol/index.ts';
import type { Inspection } from './check/inspection.ts';
import { CheckError, errorReport } from './errors.ts';
import { isCancel, isStart } from './messages.ts';
import type { BeginAgainAsk, IdentityAsk, JobMessage, KeysAsk, LongJob, NewKitAsk, StepReport } from './messages.ts';
import { ownPlace } from './own-place.ts';
import { runJob } from './run-job.ts';
import { selfCheckSteps } from './self-check.ts';
import { runSteps } from './step.ts';
import type { HouseSettings } from '../pds/index.ts';

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
  else if (data.job === 'new-kit') void renewal(data);
  else if (data.job === 'keys') void keys(data);
  else if (data.job === 'begin-again') void begin(data, cancelling.signal);
  else void (data.job === 'identity' ? identity(data, cancelling.signal) : longJob(data, cancelling.signal));
});

async function longJob(job: LongJob, signal: AbortSignal): Promise<void> {
  // The service worker and the feed that it keeps hear of it.
  const channel = new BroadcastChannel('holdfast');
  try {
    await sha256Ready;
    const { store, blobs, jobs } = await openHouse();
    const tell = (type: 'accounts' | 'jobs' | 'mended', did?: string): void => channel.postMessage({ type, did });
    const inspect = async (): Promise<Inspection> => (await import('./check/stored-house.ts')).openStoredHouse();
    const house = { store, blobs, jobs, tell, inspect, ownPlace, fetch, settings, now: Date.now };
    await runJob(job, house, signal, (message) => scope.postMessage(message));
  } catch (error) {
    scope.postMessage({ type: 'failed', error: errorReport(error) });
  } finally {
    channel.close();
  }
}

const settings = (): Promise<HouseSettings> => fetchSettings(fetch, location.origin).catch(() => DEFAULT_SETTINGS);

async function identity(ask: IdentityAsk, signal: AbortSignal): Promise<void> {
  // What other jobs do not need comes when it is needed.
  const { answerAsk, askFailure } = await import('./identity/ask.ts');
  const channel = new BroadcastChannel('holdfast');
  // Pages hear that the account is another; the one that leads tells the mirror to look at the DID.
  const tell = (): void => {
    for (const type of ['accounts', 'identity']) channel.postMessage({ type, did: ask.did });
  };
  try {
    await sha256Ready;
    const { store } = await openHouse();
    const vault = await IdbKeyVault.open();
    scope.postMessage({ type: 'done', result: await answerAsk(ask, { store, vault, fetch, settings, now: Date.now, signal, tell }) });
  } catch (error) {
    scope.postMessage({ type: 'failed', error: askFailure(error) });
  } finally {
    channel.close();
  }
}

async function renewal(ask: NewKitAsk): Promise<void> {
  const channel = new BroadcastChannel('holdfast');
  const { newKit } = await import('./new-kit.ts');
  try {
    await sha256Ready;
    const { store } = await openHouse();
    const result = await newKit(ask, { store, vault: await IdbKeyVault.open(), fetch, settings, now: Date.now });
    for (const type of ['accounts', 'mirrors']) channel.postMessage({ type, did: ask.did });
    scope.postMessage({ type: 'done', result });
  } catch (error) {
    scope.postMessage({ type: 'failed', error: errorReport(error) });
  } finally {
    channel.close();
  }
}

async function begin(ask: BeginAgainAsk, signal: AbortSignal): Promise<void> {
  const channel = new BroadcastChannel('holdfast');
  const [{ beginAgain }, { askFailure }] = await Promise.all([import('./begin-again.ts'), import('./identity/ask.ts')]);
  try {
    await sha256Ready;
    const { store } = await openHouse();
    const result = await beginAgain(ask, { store, fetch, settings, now: Date.now, signal });
    channel.postMessage({ type: 'accounts', did: result.did });
    scope.postMessage({ type: 'done', result });
  } catch (error) {
    scope.postMessage({ type: 'failed', error: askFailure(error) });
  } finally {
    channel.close();
  }
}

async function keys(ask: KeysAsk): Promise<void> {
  const channel = new BroadcastChannel('holdfast');
  const { answerKeysAsk } = await import('./keys/ask.ts');
  try {
    const { store } = await openHouse();
    const vault = await IdbKeyVault.open();
    scope.postMessage({ type: 'done', result: await answerKeysAsk(ask, { store, vault, now: Date.now }) });
    if (!['uses', 'passkey', 'confirm'].includes(ask.what)) channel.postMessage({ type: 'accounts', did: ask.did });
  } catch (error) {
    scope.postMessage({ type: 'failed', error: errorReport(error) });
  } finally {
    channel.close();
  }
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
