import { invitedBy } from './mirror-address.ts';
import type { Invited } from './mirror-address.ts';

const KEY = 'holdfast.invited';

/** At the start of a page: keeps what a link brought for as long as this tab is open, and takes the code out of the address. */
export function noteInvited(): void {
  take();
  // A link that is pasted where the screen is open already loads no page by itself.
  window.addEventListener('hashchange', () => {
    if (take()) location.reload();
  });
}

function take(): boolean {
  const brought = location.pathname === '/mirror' ? invitedBy(location.hash) : undefined;
  if (brought === undefined) return false;
  sessionStorage.setItem(KEY, JSON.stringify(brought));
  history.replaceState(history.state, '', location.pathname);
  return true;
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
