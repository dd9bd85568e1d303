import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterEach, describe, it } from 'node:test';
import { overflow } from '../../e2e/support/owner.ts';
import { closePages, EACH_ONCE, LOOKS, openPage, show } from '../../e2e/support/page.ts';
import type { AxeResults } from 'axe-core';
import type { Page } from 'puppeteer-core';
import type { Driven } from '../../e2e/support/driven.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** States that pages can be in, and how to bring a fresh page there. */
export type States = Readonly<Record<string, (page: Page, url: string) => Promise<unknown>>>;

/** Runs axe with every rule that it has, best practices too. The debugger's evaluation is not bound by the policy. */
export async function axe(page: Page): Promise<AxeResults> {
  await page.evaluate(AXE);
  return page.evaluate(() => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
    return axe.run();
  });
}

/** What axe holds against the page, a line for each rule. */
export function summary({ violations }: AxeResults): string[] {
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.flat().join(' ')).join(', ')}`);
}

const NARROW = { width: 320, height: 640, scheme: 'light', reducedMotion: true } as const;

/** What axe finds in a state that the page is in, on a desktop and a phone, light and dark; and that it fits on 320 px. */
export async function checkLooks(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const [name, look] of EACH_ONCE) {
    // The state stays; only window and colours are others.
    await show(page, { ...look, reducedMotion: true });
    const results = await axe(page);
    assert.ok(results.passes.some(({ id }) => id === 'color-contrast'), 'contrast was not looked at');
    found.push(...summary(results).map((line) => `${name}: ${line}`));
  }
  await show(page, NARROW);
  const over = await overflow(page);
  if (over > 0) found.push(`${over} px too wide for a window of ${NARROW.width} px`);
  return found;
}

/** Tests that `checkLooks` finds nothing in any of the states. */
export function testStates(app: Driven, states: States): void {
  describe('axe, in both schemes and both widths, and 320 px', () => {
    afterEach(() => closePages(app.browser));
    for (const [state, bring] of Object.entries(states)) {
      it(`finds nothing: ${state}`, async () => {
        const { page } = await openPage(app.browser, app.url, { ...LOOKS['desktop, light']!, reducedMotion: true });
        await bring(page, app.url);
        assert.deepEqual(await checkLooks(page), []);
      });
    }
  });
}
