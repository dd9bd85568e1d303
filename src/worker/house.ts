import { createPds, HOUSE_METHODS, houseDid } from '../pds/index.ts';
import type { Did } from '../protocol/index.ts';
import { openHouse } from '../storage/idb/index.ts';
import { siteSettings } from './settings.ts';
import type { EventFeed, HousePds, Usage } from '../pds/index.ts';

// Put in by the build.
declare const HOLDFAST_VERSION: string;

/** The version of this build. */
export const VERSION: string = HOLDFAST_VERSION;

/** Opens the stores when they are first asked for, and again after they could not be opened. */
export function lazyPds(feed: EventFeed): () => Promise<HousePds> {
  let opening: Promise<HousePds> | undefined;
  return () => {
    opening ??= openPds(feed).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
}

async function openPds(feed: EventFeed): Promise<HousePds> {
  const { store, blobs, jobs, forget } = await openHouse();
  // The worker of long jobs has put stored rows right.
  new BroadcastChannel('holdfast').addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (isMended(data)) forget(data.did);
  });
  return createPds({
    store, blobs, jobs, feed, version: VERSION, did: houseDid(location.host), usage, settings: siteSettings,
    onError: (error) => console.error('Holdfast:', error),
  }, HOUSE_METHODS);
}

function isMended(data: unknown): data is { readonly did: Did } {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'mended';
}

async function usage(): Promise<Usage> {
  const { usage: used = 0, quota = 0 } = await navigator.storage.estimate();
  return { usage: used, quota, blobStore: await hasFiles() ? 'opfs' : 'indexeddb' };
}

async function hasFiles(): Promise<boolean> {
  try {
    await navigator.storage.getDirectory();
    return true;
  } catch {
    return false;
  }
}
