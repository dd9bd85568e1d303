import type { Place } from './notice.ts';

/** What is used of a window of this origin. */
interface Window {
  readonly frameType?: string;
  postMessage(message: unknown): void;
  postMessage(message: unknown, transfer: MessagePort[]): void;
  focus(): Promise<unknown>;
}

/** What is used of the browser's list of them. */
interface Windows {
  matchAll(options: { readonly type: 'window'; readonly includeUncontrolled: true }): Promise<readonly Window[]>;
  openWindow(path: string): Promise<Window | null>;
}

/** So long a window may take to say that it shows the app, in milliseconds: Firefox lets no window be opened a second after the click. */
const PATIENCE_MS = 500;

/** Goes to the page that a notification is about, in a window that shows the app, else in a new one. */
export async function goTo({ path, did }: Place, windows: Windows): Promise<void> {
  const go = { type: 'go', path, did };
  const open = await windows.matchAll({ type: 'window', includeUncontrolled: true });
  const asked = open.filter(({ frameType }) => frameType !== 'nested').map((window) => answering(window));
  const window = await Promise.any(asked).catch(() => undefined);
  // No address says which account it is: anybody could write one. What is said waits until the page listens.
  if (window === undefined) return (await windows.openWindow(path))?.postMessage(go);
  window.postMessage(go);
  // It may be refused where the click is long ago; the page is right all the same.
  await window.focus().catch(() => undefined);
}

/** Not every address of this origin shows the app, and a page may be asleep. */
function answering(window: Window): Promise<Window> {
  const { port1, port2 } = new MessageChannel();
  return new Promise<Window>((resolve, reject) => {
    setTimeout(reject, PATIENCE_MS);
    port1.addEventListener('message', () => resolve(window), { once: true });
    port1.start();
    window.postMessage({ type: 'can-go' }, [port2]);
  }).finally(() => port1.close());
}
