import type { HousePds } from '../pds/index.ts';
import { shortDigest } from '../protocol/index.ts';
import { dropFact, keepFact, readFact } from './facts.ts';
import { noticeOf } from './notice.ts';
import { goTo } from './way-in.ts';
import type { Place, Waking } from './notice.ts';

declare const self: ServiceWorkerGlobalScope;

/**
 * The addresses under which this worker is registered once more for each account and mirror: a registration can be woken by one mirror
 * only. No page is there, and nothing is fetched.
 */
const SCOPES = '/push/';

/** Whether this is the worker of the house, and not one that only waits for a mirror. */
export const isOfHouse = (): boolean => !new URL(self.registration.scope).pathname.startsWith(SCOPES);

/** The event, which TypeScript does not know. */
export interface SubscriptionChange extends ExtendableEvent {
  readonly newSubscription?: PushSubscription | null;
}

/** Shows what a mirror pushes, and leads to the right page. */
export class Wakings {
  readonly #pds: () => Promise<Pick<HousePds, 'renewPush'>>;

  constructor(pds: () => Promise<Pick<HousePds, 'renewPush'>>) {
    this.#pds = pds;
  }

  /** Keeps what a page told: the worker begins without a memory. */
  async keep(waking: Waking): Promise<void> {
    await keepFact(factOf(), waking);
  }

  /** Keeps nothing of that any more: it is to end. */
  async forget(): Promise<void> {
    await dropFact(factOf());
  }

  /** Shows a message; every one is shown, or browsers do not let a mirror wake them any more. */
  async show(text: string | undefined): Promise<void> {
    const { title, options } = await noticeOf(text, await known().catch(() => undefined));
    await self.registration.showNotification(title, options);
  }

  /** Goes to the page that a notification is about, in a window that is open, else in a new one. */
  open(place: Place): Promise<void> {
    return goTo(place, self.clients);
  }

  /** The push service knows this browser by another address from now on, or by none. */
  async renew({ newSubscription }: SubscriptionChange): Promise<void> {
    const waking = await known();
    if (waking === undefined) return;
    const { did, mirror, key, id, name } = waking;
    const fresh = newSubscription ?? await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    const { endpoint, keys: { p256dh = '', auth = '' } = {} } = fresh.toJSON();
    await (await this.#pds()).renewPush(did, mirror, { endpoint: endpoint as `${string}:${string}`, p256dh, auth, name, replaces: id });
    await this.keep({ ...waking, id: await shortDigest(did, endpoint!) });
  }
}

function factOf(): string {
  return `waking ${new URL(self.registration.scope).pathname}`;
}

async function known(): Promise<Waking | undefined> {
  return await readFact(factOf()) as Waking | undefined;
}
