import type { Page } from 'puppeteer-core';
import type { PushService, Subscription } from '../../support/push-service.ts';

/** What this browser has to be woken by: under which addresses, and what their workers know, by name. */
export function wakersIn(page: Page): Promise<{ readonly scopes: string[]; readonly facts: string[] }> {
  return page.evaluate(async () => {
    const scopes = (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => new URL(scope).pathname).filter((path) => path.startsWith('/push/'));
    const facts = await new Promise<IDBValidKey[]>((resolve, reject) => {
      const opening = indexedDB.open('holdfast-worker');
      opening.addEventListener('error', reject);
      opening.addEventListener('success', () => {
        const asking = opening.result.transaction('facts').objectStore('facts').getAllKeys();
        asking.addEventListener('success', () => resolve(asking.result));
        opening.result.close();
      });
    });
    return { scopes, facts: facts.map(String).filter((name) => name.startsWith('waking ')) };
  });
}

/** Has the page subscribe at another push service than that of the browser's maker. @returns what was subscribed */
export async function subscribeAt(page: Page, service: PushService): Promise<Subscription[]> {
  const subscribed: Subscription[] = [];
  // As a browser does: with the registration, until that goes.
  const kept = new Map<string, PushSubscriptionJSON>();
  await page.exposeFunction('subscribed', (key: string, scope: string) => {
    const before = kept.get(scope);
    if (before !== undefined) return before;
    const browser = service.subscribe(key);
    subscribed.push(browser);
    const { endpoint, p256dh, auth } = browser;
    const json = { endpoint, keys: { p256dh, auth } };
    kept.set(scope, json);
    return json;
  });
  await page.exposeFunction('subscriptionOf', (scope: string) => kept.get(scope) ?? null);
  await page.exposeFunction('unregistered', (scope: string) => {
    kept.delete(scope);
  });
  await page.evaluateOnNewDocument(() => {
    const { subscribed, subscriptionOf, unregistered } = globalThis as unknown as {
      subscribed(key: unknown, scope: string): Promise<PushSubscriptionJSON>;
      subscriptionOf(scope: string): Promise<PushSubscriptionJSON | null>;
      unregistered(scope: string): Promise<void>;
    };
    const scopeOf = async (manager: PushManager): Promise<string> =>
      (await navigator.serviceWorker.getRegistrations()).find(({ pushManager }) => pushManager === manager)?.scope ?? '';
    const shaped = (json: PushSubscriptionJSON) => ({ endpoint: json.endpoint, toJSON: () => json }) as PushSubscription;
    PushManager.prototype.subscribe = async function subscribe(options) {
      return shaped(await subscribed(options?.applicationServerKey, await scopeOf(this)));
    };
    PushManager.prototype.getSubscription = async function getSubscription() {
      const json = await subscriptionOf(await scopeOf(this));
      return json && shaped(json);
    };
    const { unregister } = ServiceWorkerRegistration.prototype;
    ServiceWorkerRegistration.prototype.unregister = async function forgetting() {
      await unregistered(this.scope);
      return unregister.call(this);
    };
  });
  return subscribed;
}
