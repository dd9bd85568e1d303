import assert from 'node:assert/strict';
import type { Page } from 'puppeteer-core';

/** What has the focus: its words, whether its focus shows, and its smaller side in pixels. */
export interface Stop {
  readonly words: string;
  readonly outlined: boolean;
  readonly target: number;
}

/** What has the focus, through shadow roots. Small inputs are as large as the label around them. */
export function focused(page: Page): Promise<Stop | undefined> {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    if (element === null || element === document.body) return undefined;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const { width, height } = (element.closest('label') ?? element).getBoundingClientRect();
    const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])].map(({ textContent }) => textContent) : [];
    return {
      words: [...labels, element.ariaLabel ?? element.textContent ?? ''].join(' ').replaceAll(/\s+/g, ' ').trim(),
      outlined: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
      target: Math.min(width, height),
    };
  });
}

/** Everything that the tab key reaches, in order, until it leaves the page. */
export async function walk(page: Page): Promise<Stop[]> {
  await page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
  });
  const stops: Stop[] = [];
  for (let presses = 0; presses < 100; presses++) {
    await page.keyboard.press('Tab');
    const stop = await focused(page);
    if (stop === undefined) return stops;
    stops.push(stop);
  }
  throw new Error('The tab key never leaves the page');
}

/** Holds every stop to what all must be: its focus shows, and it is large enough to be hit. */
export function checkStops(stops: readonly Stop[], least = 40): void {
  for (const { words, outlined, target } of stops) {
    assert.ok(outlined, `the focus on “${words}” does not show`);
    assert.ok(target >= least, `“${words}” is ${target} px small`);
  }
}
