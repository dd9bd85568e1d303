import { house } from '../house/client.ts';
import { accountStore } from './account-store.ts';
import { mirrorStore } from './mirror-store.ts';
import type { Mirror } from './mirror-store.ts';
import { hasRev } from './mirror-words.ts';
import { siteSettings } from './site-settings.ts';

/** A relay gets a change from the mirror a moment after its receipt; then it is asked less and less often. In milliseconds. */
const FIRST_LOOK = 1_200;
const LONGEST_PAUSE = 60_000;
/** Where its DID points, and what the account may take at its mirror, changes seldom. In milliseconds. */
const SELDOM = 6 * 3_600_000;

let watchers = 0;
let stop: (() => void) | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
/** The receipt that is being followed to the street, and how long to wait before the next look. */
let followed: string | undefined;
let pause = FIRST_LOOK;
let isLooking = false;
/** Whether this site has a reader to ask; known after the first look. */
let hasReader = true;
let looked: { readonly did: string; readonly at: number } | undefined;

/**
 * Has the house look around for an account: now and then; and, where the site has an independent reader, until that has what
 * the mirror has confirmed. Only while somebody looks at the page. Until the returned function is called.
 */
export function watchStreet(): () => void {
  if (watchers++ === 0) {
    const stopHearing = mirrorStore.subscribe(plan);
    document.addEventListener('visibilitychange', plan);
    stop = () => {
      stopHearing();
      document.removeEventListener('visibilitychange', plan);
      clearTimeout(timer);
      timer = undefined;
    };
    plan();
  }
  return () => {
    if (--watchers === 0) stop?.();
  };
}

/** The present account, and how it stands with its mirror, while that is no matter of its own. */
function paired(): Mirror | undefined {
  const { mirror } = mirrorStore.state;
  return mirror?.state === 'active' && mirror.alarm === undefined && accountStore.state.current?.did === mirror.did ? mirror : undefined;
}

function plan(): void {
  const mirror = document.hidden || !navigator.onLine ? undefined : paired();
  const isDue = mirror !== undefined && (looked?.did !== mirror.did || performance.now() - looked.at > SELDOM);
  const rev = mirror?.acked?.rev;
  const isSought = hasReader && rev !== undefined && !hasRev(mirror?.relay, rev);
  if (!isDue && !isSought || rev !== followed) {
    clearTimeout(timer);
    timer = undefined;
  }
  if (mirror === undefined || !isDue && !isSought) return;
  if (rev !== followed) {
    followed = rev;
    pause = FIRST_LOOK;
  }
  if (isLooking || timer !== undefined) return;
  timer = setTimeout(() => void look(mirror.did), pause);
  pause = Math.min(pause * 2, LONGEST_PAUSE);
}

async function look(did: Mirror['did']): Promise<void> {
  timer = undefined;
  isLooking = true;
  looked = { did, at: performance.now() };
  try {
    hasReader = (await siteSettings()).relay !== undefined;
    const { mirror } = await house.post('app.holdfast.bridge.look', { did });
    mirrorStore.learn(mirror);
  } catch {
    // The next look says more.
  } finally {
    isLooking = false;
  }
  plan();
}
