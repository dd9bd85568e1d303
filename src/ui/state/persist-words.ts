import { msg } from '../i18n.ts';

/** What moves this browser to keep the data of a site for good. */
export function persistWords(agent: string = navigator.userAgent): string {
  if (agent.includes('Firefox/')) {
    return msg('Firefox asks you, once. If you have refused, click the symbol before the address, and allow “Store data in persistent storage”.');
  }
  if (agent.includes('Chrome/')) {
    return msg('This browser decides by itself: it does so once you have installed the page (in its menu, or in the address bar), bookmarked it, or used it for some days; never in a private window.');
  }
  return msg('Safari does so once the page is an app: choose “Add to Dock” or, on a phone, Share and “Add to Home Screen”. Otherwise it may clear what you have not visited for seven days.');
}
