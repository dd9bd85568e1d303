import { house } from '../house/client.ts';
import { accountStore } from './account-store.ts';
import { mirrorStore } from './mirror-store.ts';
import { hasRev } from './mirror-words.ts';
import { siteSettings } from './site-settings.ts';

/** A relay gets a change from the mirror a moment after its receipt; then it is asked less and less often. In milliseconds. */
const FIRST_LOOK = 1_200;
const LONGEST_PAUSE = 60_000;

let watchers = 0;
let stop: (() => void) | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
/** The receipt that is being followed to the street, and how long to wait before the next look. */
let followed = '';
let pause = FIRST_LOOK;
let isLooking = false;
/** Whether this site has a reader to ask; known after the first look. */
let hasReader = true;

/**
 * Asks the independent reader of the site, if it has one, whether what the mirror has confirmed has reached the street:
 * only while somebody looks at the page, and only until it has. Until the returned function is called.
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

/** What is to be asked for: the account, and the rev that its mirror has confirmed and the street has not. */
function sought(): { readonly did: `did:${string}:${string}`; readonly rev: string } | undefined {
  const { mirror } = mirrorStore.state;
  const rev = mirror?.acked?.rev;
  if (mirror?.state !== 'active' || rev === undefined || mirror.alarm !== undefined || hasRev(mirror.relay, rev)) return undefined;
  return accountStore.state.current?.did === mirror.did ? { did: mirror.did, rev } : undefined;
}

function plan(): void {
  const wanted = !hasReader || document.hidden || !navigator.onLine ? undefined : sought();
  if (wanted === undefined) {
    clearTimeout(timer);
    timer = undefined;
    return;
  }
  if (wanted.rev !== followed) {
    followed = wanted.rev;
    pause = FIRST_LOOK;
    clearTimeout(timer);
    timer = undefined;
  }
  if (isLooking || timer !== undefined) return;
  timer = setTimeout(() => void look(wanted.did), pause);
  pause = Math.min(pause * 2, LONGEST_PAUSE);
}

async function look(did: `did:${string}:${string}`): Promise<void> {
  timer = undefined;
  isLooking = true;
  try {
    hasReader = (await siteSettings()).relay !== undefined;
    if (!hasReader) return;
    const { mirror } = await house.post('app.holdfast.bridge.look', { did });
    mirrorStore.learn(mirror);
  } catch {
    // The next look says more.
  } finally {
    isLooking = false;
  }
  plan();
}
