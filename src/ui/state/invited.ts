import { invitedBy } from './mirror-address.ts';
import type { Invited } from './mirror-address.ts';

const KEY = 'holdfast.invited';

/** At the start of a page: keeps what a link brought for as long as this tab is open, and takes the code out of the address. */
export function noteInvited(): void {
  const invited = location.pathname === '/mirror' ? invitedBy(location.hash) : undefined;
  if (invited === undefined) return;
  sessionStorage.setItem(KEY, JSON.stringify(invited));
  history.replaceState(history.state, '', location.pathname);
}

/** What a link brought to this tab. */
export function invited(): Invited | undefined {
  const text = sessionStorage.getItem(KEY);
  return text === null ? undefined : JSON.parse(text) as Invited;
}

/** Once it was used. */
export function forgetInvited(): void {
  sessionStorage.removeItem(KEY);
}
