import type { Page } from 'puppeteer-core';

/** How many pages have the lock of the bridge, and how many wait for it. */
export async function leaders(page: Page): Promise<{ readonly held: number; readonly pending: number }> {
  return page.evaluate(async () => {
    const { held = [], pending = [] } = await navigator.locks.query();
    const count = (locks: LockInfo[]): number => locks.filter(({ name }) => name === 'bridge').length;
    return { held: count(held), pending: count(pending) };
  });
}
