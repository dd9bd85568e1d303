import { navigate } from '../router.ts';
import { accountStore } from './account-store.ts';

const PATHS: readonly unknown[] = ['/identity', '/mirror'];

/** From the start of a page: goes where a notification that was clicked leads, and is about its account. The worker alone says so. */
export function noteNotified(): void {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.addEventListener('message', ({ data, ports: [port] }: MessageEvent<unknown>) => {
    if (isOf(data, 'can-go')) port?.postMessage('yes');
    if (!isGo(data)) return;
    if (data.did !== undefined) accountStore.select(data.did);
    navigate(data.path);
  });
}

function isGo(data: unknown): data is { readonly path: string; readonly did?: string } {
  return isOf(data, 'go') && 'path' in data && PATHS.includes(data.path);
}

function isOf(data: unknown, type: string): data is { readonly type: string } {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === type;
}
