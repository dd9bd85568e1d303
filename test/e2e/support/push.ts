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
  await page.exposeFunction('subscribed', (key: string) => {
    const browser = service.subscribe(key);
    subscribed.push(browser);
    const { endpoint, p256dh, auth } = browser;
    return { endpoint, keys: { p256dh, auth } };
  });
  await page.evaluateOnNewDocument(() => {
    const known = new WeakMap<PushManager, PushSubscription>();
    const { subscribed } = globalThis as unknown as { subscribed(key: unknown): Promise<PushSubscriptionJSON> };
    PushManager.prototype.subscribe = async function subscribe(options) {
      const json = await subscribed(options?.applicationServerKey);
      const subscription = { endpoint: json.endpoint, toJSON: () => json } as PushSubscription;
      known.set(this, subscription);
      return subscription;
    };
    PushManager.prototype.getSubscription = async function getSubscription() {
      return known.get(this) ?? null;
    };
  });
  return subscribed;
}
