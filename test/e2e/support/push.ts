import type { Page } from 'puppeteer-core';
import type { PushService, Subscription } from '../../support/push-service.ts';

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
