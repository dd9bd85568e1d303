import { svg } from 'lit';
import type { TemplateResult } from 'lit';

// Line icons on a grid of 24. They repeat what a word beside them says, so they are hidden from assistive technology.
const icon = (paths: TemplateResult): TemplateResult => svg`
  <svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="1.75"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${paths}</svg>`;

export const ICONS = {
  house: icon(svg`<path d="M3.5 11 12 4l8.5 7"/><path d="M6 9.5V20h12V9.5"/><path d="M10 20v-5h4v5"/>`),
  mirror: icon(svg`<ellipse cx="12" cy="9.5" rx="6" ry="6.5"/><path d="M12 16v4M8.5 20h7"/><path d="m9.5 9 2.5-2.5"/>`),
  street: icon(svg`<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17"/>
    <path d="M12 3.5c2.4 2.3 3.6 5.2 3.6 8.5s-1.2 6.2-3.6 8.5c-2.4-2.3-3.6-5.2-3.6-8.5S9.6 5.8 12 3.5Z"/>`),
  passed: icon(svg`<circle cx="12" cy="12" r="9"/><path d="m8 12.5 2.7 2.7L16 9.5"/>`),
  failed: icon(svg`<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5.2M12 16.2v.1"/>`),
  waiting: icon(svg`<circle cx="12" cy="12" r="9" stroke-dasharray="2 3.65"/>`),
  running: icon(svg`<circle cx="12" cy="12" r="9" opacity=".25"/><path d="M12 3a9 9 0 0 1 9 9"/>`),
  ahead: icon(svg`<path d="M5 12h14M14 7l5 5-5 5"/>`),
} as const;

/** The mark of Holdfast: a house that grips the ground, as a holdfast grips its rock. */
export const MARK = svg`
  <svg viewBox="10 10 44 44" width="30" height="30" fill="none" stroke="currentColor" stroke-width="4"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
    <path d="M14 30 32 14l18 16"/>
    <path d="M19 27v13c0 5-3 7-6 9M45 27v13c0 5 3 7 6 9M32 42c0 5-1 6-4 9M32 42c0 5 1 6 4 9"/>
    <path d="M32 33v9"/><circle cx="32" cy="31" r="4" fill="currentColor" stroke="none"/>
  </svg>`;
