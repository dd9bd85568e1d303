import { shortDigest } from '../../protocol/index.ts';
import { msg } from '../i18n.ts';
import { ask } from './control.ts';
import { HouseError } from './house-error.ts';
import { scriptUrl, WORKER_URL } from './scripts.ts';

/** As `src/worker/waking.ts` knows them. */
const SCOPES = '/push/';
const ACTIVE_MS = 15_000;
const FORGET_MS = 2_000;

/** What the worker has to know to speak for a mirror (`src/worker/notice.ts`). */
export interface WakingWords {
  readonly lang: string;
  readonly words: Readonly<Record<string, { readonly title: string; readonly text: string }>>;
}

/** One mirror that may wake this browser about an account; `key` is what it shows to push services. */
export interface Wakers {
  readonly did: string;
  readonly mirror: string;
  readonly key: string;
}

/** What a mirror has to know of this browser. */
export interface WokenBrowser {
  /** What the mirror knows it by then. */
  readonly id: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

/** Whether this browser can be woken at all: `asks` where its owner has not been asked. */
export function wakeability(): 'unsupported' | 'denied' | 'asks' | 'granted' {
  if (!('PushManager' in globalThis) || !('Notification' in globalThis)) return 'unsupported';
  return Notification.permission === 'default' ? 'asks' : Notification.permission;
}

/** Asks for the permission to show something, in the gesture of the owner. @throws HouseError NotificationsDenied */
export async function askToNotify(): Promise<void> {
  if (await Notification.requestPermission() !== 'granted') throw new HouseError(0, 'NotificationsDenied', msg('This browser does not let the page notify you.'));
}

/** What a mirror knows this browser by; undefined where it cannot wake it. */
export async function wokenBy(of: Wakers): Promise<string | undefined> {
  const registration = await registrationOf(of);
  const subscription = await registration?.pushManager.getSubscription();
  return subscription ? shortDigest(of.did, subscription.endpoint) : undefined;
}

/** Lets a mirror wake this browser; whoever asks tells the mirror. @throws HouseError PushUnavailable */
export async function beginWaking(of: Wakers): Promise<WokenBrowser> {
  try {
    const registration = await navigator.serviceWorker.register(scriptUrl(WORKER_URL), { scope: await scopeOf(of), type: 'module', updateViaCache: 'none' });
    await activeOf(registration);
    const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: of.key });
    const { endpoint = '', keys: { p256dh = '', auth = '' } = {} } = subscription.toJSON();
    return { id: await shortDigest(of.did, endpoint), endpoint, p256dh, auth };
  } catch (cause) {
    await endWaking(of);
    throw new HouseError(0, 'PushUnavailable', msg('The push service of this browser did not answer.'), cause);
  }
}

/** Tells the worker what to say when the mirror wakes it. */
export async function tellWaker(of: Wakers, as: WakingWords & { readonly id: string; readonly name: string }): Promise<void> {
  const registration = await registrationOf(of);
  if (registration === undefined) return;
  const { did, mirror, key } = of;
  // One of an earlier version could not open what a later one stores.
  void registration.update().catch(() => undefined);
  await ask(await activeOf(registration), { type: 'waking', waking: { did, mirror, key, ...as } } as { readonly type: string });
}

/** A mirror can wake this browser no more. */
export async function endWaking(of: Wakers): Promise<void> {
  await end(await registrationOf(of));
}

/** None can, about this account, but those that show one of these keys. */
export async function endWakings(did: string, but: readonly string[] = []): Promise<void> {
  const begin = `${SCOPES}${await shortDigest(did)}/`;
  const kept = await Promise.all(but.map((key) => scopeOf({ did, key })));
  const all = await navigator.serviceWorker.getRegistrations();
  await Promise.all(all.filter(({ scope }) => isUnder(begin, scope) && !kept.some((one) => isUnder(one, scope))).map((each) => end(each)));
}

async function end(registration: ServiceWorkerRegistration | undefined): Promise<void> {
  // What it knows goes first. One that does not answer wakes nobody any more all the same.
  if (registration?.active) await ask(registration.active, { type: 'forget-waking' }, FORGET_MS).catch(() => undefined);
  await registration?.unregister();
}

function isUnder(path: string, scope: string): boolean {
  return new URL(scope).pathname.startsWith(path);
}

async function scopeOf({ did, key }: Pick<Wakers, 'did' | 'key'>): Promise<string> {
  return `${SCOPES}${await shortDigest(did)}/${await shortDigest(key)}/`;
}

async function registrationOf(of: Wakers): Promise<ServiceWorkerRegistration | undefined> {
  const scope = await scopeOf(of);
  const found = await navigator.serviceWorker.getRegistration(scope);
  // Where there is none, the browser gives that of the house.
  return found !== undefined && new URL(found.scope).pathname === scope ? found : undefined;
}

async function activeOf(registration: ServiceWorkerRegistration): Promise<ServiceWorker> {
  const signal = AbortSignal.timeout(ACTIVE_MS);
  const coming = registration.installing ?? registration.waiting;
  while (registration.active === null) {
    await new Promise((resolve, reject) => {
      coming?.addEventListener('statechange', resolve, { once: true });
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  }
  return registration.active;
}
