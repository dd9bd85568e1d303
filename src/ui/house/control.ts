import { HouseError } from './house-error.ts';
import { scriptUrl, WORKER_URL } from './scripts.ts';

/** A page that its worker does not take over within this time is loaded again, once. */
const PATIENCE_MS = 5_000;
const RELOADED = 'holdfast-reloaded';

const container = (): ServiceWorkerContainer => {
  if (!('serviceWorker' in navigator)) {
    throw new HouseError(0, 'NoServiceWorker', 'This window has no service workers, so there is no house in it. Nothing was changed.');
  }
  return navigator.serviceWorker;
};

let registering: Promise<ServiceWorkerRegistration> | undefined;

/** The registration of the house's worker; begins it when it was not. @throws HouseError NoServiceWorker, Unreachable */
export function registration(): Promise<ServiceWorkerRegistration> {
  registering ??= register().catch((error: unknown) => {
    registering = undefined;
    throw error;
  });
  return registering;
}

async function register(): Promise<ServiceWorkerRegistration> {
  const workers = container();
  try {
    return await workers.register(scriptUrl(WORKER_URL), { type: 'module', updateViaCache: 'none' });
  } catch (cause) {
    // Without a network the worker of the last visit is there, and registering asks for its script.
    const known = await workers.getRegistration('/');
    if (known !== undefined) return known;
    throw new HouseError(0, 'Unreachable', 'The house could not be opened in this window. What is stored is safe.', cause);
  }
}

let controlling: Promise<ServiceWorker> | undefined;

/**
 * The worker that answers this page. After a hard reload the page is not controlled: the worker is asked to take it over,
 * and if it does not, the page is loaded again.
 * @throws HouseError NoServiceWorker, Unreachable
 */
export async function controller(): Promise<ServiceWorker> {
  const { controller: known } = container();
  if (known !== null) return known;
  controlling ??= takeOver().finally(() => {
    controlling = undefined;
  });
  return controlling;
}

/** Resolves when another worker answers this page, and at the latest after so many milliseconds. */
export function controllerChange(patienceMs: number): Promise<void> {
  return new Promise((resolve) => {
    container().addEventListener('controllerchange', () => resolve(), { once: true });
    setTimeout(resolve, patienceMs);
  });
}

async function takeOver(): Promise<ServiceWorker> {
  const workers = container();
  await registration();
  const { active } = await workers.ready;
  const controlled = controllerChange(PATIENCE_MS);
  if (workers.controller === null) {
    active?.postMessage({ type: 'claim' });
    await controlled;
  }
  if (workers.controller !== null) {
    sessionStorage.removeItem(RELOADED);
    return workers.controller;
  }
  if (sessionStorage.getItem(RELOADED) === null) {
    sessionStorage.setItem(RELOADED, 'yes');
    location.reload();
  }
  throw new HouseError(0, 'Unreachable', 'The house does not answer this window. What is stored is safe; please reload.');
}

/** Asks a worker and waits for its answer. @throws HouseError Unreachable when none comes in time */
export function ask(worker: ServiceWorker, message: { readonly type: string }, patienceMs = 10_000): Promise<unknown> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      port1.close();
      reject(new HouseError(0, 'Unreachable', 'The house does not answer. What is stored is safe; please reload.'));
    }, patienceMs);
    port1.addEventListener('message', ({ data }) => {
      clearTimeout(timer);
      port1.close();
      resolve(data);
    }, { once: true });
    port1.start();
    worker.postMessage(message, [port2]);
  });
}

let capability: { readonly worker: ServiceWorker; readonly text: Promise<string> } | undefined;

/** What this page shows with every request, so that the house knows it; asked for once for each worker. */
export async function capabilityOf(worker: ServiceWorker): Promise<string> {
  if (capability?.worker !== worker) capability = { worker, text: askForCapability(worker) };
  try {
    return await capability.text;
  } catch (error) {
    capability = undefined;
    throw error;
  }
}

/** The next request asks for a new one. */
export function forgetCapability(): void {
  capability = undefined;
}

async function askForCapability(worker: ServiceWorker): Promise<string> {
  const answer = await ask(worker, { type: 'capability' });
  if (typeof answer === 'string') return answer;
  throw new HouseError(403, 'Forbidden', 'The house does not know this window. Nothing was changed; please open it in a tab of its own.');
}
