import { navigate } from '../router.ts';
import { accountStore } from './account-store.ts';

const PARAMETER = 'account';
const PATHS: readonly unknown[] = ['/identity', '/mirror'];

/** At the start of a page: makes it be about the account of a notification that was clicked, and goes where others lead later. */
export function noteNotified(): void {
  const url = new URL(location.href);
  const did = url.searchParams.get(PARAMETER);
  if (did !== null) {
    accountStore.select(did);
    url.searchParams.delete(PARAMETER);
    history.replaceState(history.state, '', url.pathname + url.search);
  }
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (!isGo(data)) return;
    if (data.did !== undefined) accountStore.select(data.did);
    navigate(data.path);
  });
}

function isGo(data: unknown): data is { readonly path: string; readonly did?: string } {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'go' && 'path' in data && PATHS.includes(data.path);
}
