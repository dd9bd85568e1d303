import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goTo } from './way-in.ts';

const PLACE = { path: '/identity', did: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' } as const;
const GO = { type: 'go', ...PLACE };

/** A window of the browser; `shows` the app, or something that hears nothing. */
function windowThat({ shows, frameType = 'top-level', refuses = false }: { shows: boolean; frameType?: string; refuses?: boolean }) {
  const heard: unknown[] = [];
  return {
    heard, frameType, focused: 0,
    postMessage(message: unknown, [port]: MessagePort[] = []): void {
      if (port === undefined) heard.push(message);
      else if (shows) port.postMessage('yes');
    },
    focus(): Promise<void> {
      this.focused++;
      return refuses ? Promise.reject(new Error('not allowed')) : Promise.resolve();
    },
  };
}

/** What is opened, of windows that are there. */
function browserWith(...open: ReturnType<typeof windowThat>[]) {
  const fresh = windowThat({ shows: true });
  const opened: string[] = [];
  return { fresh, opened, matchAll: async () => open, openWindow: async (path: string) => (opened.push(path), fresh) };
}

test('a click leads to a window that shows the app, whatever stands before it', async () => {
  const [picture, frame, page] = [windowThat({ shows: false }), windowThat({ shows: true, frameType: 'nested' }), windowThat({ shows: true, refuses: true })];
  const browser = browserWith(picture, frame, page);
  await goTo(PLACE, browser);
  assert.deepEqual([picture.heard, frame.heard, page.heard, page.focused, browser.opened], [[], [], [GO], 1, []]);
});

test('where none does, a new one is opened; its address says nothing of the account, which it is told', async () => {
  for (const open of [[], [windowThat({ shows: false }), windowThat({ shows: true, frameType: 'nested' })]]) {
    const browser = browserWith(...open);
    await goTo(PLACE, browser);
    assert.deepEqual([browser.opened, browser.fresh.heard, open.flatMap(({ heard }) => heard)], [['/identity'], [GO], []]);
  }
  await goTo(PLACE, { ...browserWith(), openWindow: async () => null });
});
