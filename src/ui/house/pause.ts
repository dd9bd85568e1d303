import { controllerChange } from './control.ts';

/** So long at the most the pages hold back for a new version. */
const PAUSE_MS = 20_000;

const channel = new BroadcastChannel('holdfast-pages');
let pause: Promise<void> | undefined;

channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (data === 'updating') begin();
});

/**
 * Holds back the requests of every page of the house until another worker answers. Chromium changes workers when the old
 * one has nothing to do; a request that came between would start it again, and the new one would wait for half a minute
 * of silence (measured).
 */
export function pausePages(): void {
  channel.postMessage('updating');
  begin();
}

/** Resolves when a request may be sent. */
export async function unpaused(): Promise<void> {
  await pause;
}

function begin(): void {
  pause ??= controllerChange(PAUSE_MS).then(() => {
    pause = undefined;
  });
}
