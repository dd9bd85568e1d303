import { svg } from 'lit';
import type { TemplateResult } from 'lit';

/** The parts of a bar of 100 by 4, one after the other, for shares that add up to 1. The hue goes by the place. */
export function segments(shares: readonly number[]): TemplateResult[] {
  let at = 0;
  return shares.map((share, index) => {
    const part = svg`<rect x=${at} y="0" width=${share === 0 ? 0 : Math.max(0.4, share * 100 - 0.4)} height="4" data-hue=${index % 5} />`;
    at += share * 100;
    return part;
  });
}
