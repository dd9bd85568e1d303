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
  warning: icon(svg`<path d="M12 4 2.8 20h18.4L12 4Z"/><path d="M12 10v4.5M12 17.2v.1"/>`),
  info: icon(svg`<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.6v.1"/>`),
  pause: icon(svg`<circle cx="12" cy="12" r="9"/><path d="M10 8.5v7M14 8.5v7"/>`),
  ahead: icon(svg`<path d="M5 12h14M14 7l5 5-5 5"/>`),
  records: icon(svg`<path d="M12 4 3.5 8.2 12 12.4l8.5-4.2L12 4Z"/><path d="m3.5 12.2 8.5 4.2 8.5-4.2"/><path d="m3.5 16.2 8.5 4.2 8.5-4.2"/>`),
  compose: icon(svg`<path d="M4 20h4.5L19.5 9 15 4.5 4 15.5V20Z"/><path d="m12.5 7 4.5 4.5"/>`),
  backup: icon(svg`<path d="M12 3.5v11M7.5 10.5l4.5 4.5 4.5-4.5"/><path d="M4 16v4.5h16V16"/>`),
  send: icon(svg`<path d="M12 20.5v-11M7.5 14 12 9.5l4.5 4.5"/><path d="M4 8V3.5h16V8"/>`),
  restore: icon(svg`<path d="M4 12a8 8 0 1 0 2.6-5.9"/><path d="M4 4v4.5h4.5"/>`),
  settings: icon(svg`<path d="M4 7h9M19 7h1M4 17h2M12 17h8"/><circle cx="16" cy="7" r="2.5"/><circle cx="9" cy="17" r="2.5"/>`),
  person: icon(svg`<circle cx="12" cy="8.5" r="4"/><path d="M4.5 20.5c.8-4 3.7-6 7.5-6s6.7 2 7.5 6"/>`),
  activity: icon(svg`<path d="M3 12h4l3-7.5 4 15L17 12h4"/>`),
  key: icon(svg`<circle cx="8" cy="15.5" r="4.5"/><path d="M11.3 12.2 20 3.5M16.5 7l3 3"/>`),
  storage: icon(svg`<ellipse cx="12" cy="6" rx="8" ry="3"/><path d="M4 6v12c0 1.7 3.6 3 8 3s8-1.3 8-3V6"/><path d="M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3"/>`),
  offline: icon(svg`<path d="M4 4l16 16"/><path d="M7 18a4 4 0 0 1-.6-7.9M9.5 6.3A6 6 0 0 1 17.7 10a4 4 0 0 1 2.6 6.3M7 18h9"/>`),
  copy: icon(svg`<rect x="8.5" y="8.5" width="11.5" height="11.5" rx="2"/><path d="M15.5 4.5H6a2 2 0 0 0-2 2v9"/>`),
  print: icon(svg`<path d="M7 8.5V3.5h10v5"/><path d="M7 17H4V9.5h16V17h-3"/><path d="M7 14h10v6.5H7z"/>`),
  move: icon(svg`<path d="M4 8h15M15 4l4 4-4 4"/><path d="M20 16H5M9 12l-4 4 4 4"/>`),
  down: icon(svg`<path d="m6 9.5 6 6 6-6"/>`),
  close: icon(svg`<path d="m6 6 12 12M18 6 6 18"/>`),
  plus: icon(svg`<path d="M12 5v14M5 12h14"/>`),
  image: icon(svg`<rect x="3.5" y="4.5" width="17" height="15" rx="2"/><circle cx="9" cy="10" r="1.7"/><path d="m4 17.5 5-4.5 3.5 3 3-2.5 4.5 4"/>`),
  trash: icon(svg`<path d="M4 6.5h16M9 6.5V4h6v2.5M6.5 6.5 7.5 20h9l1-13.5M10 10.5v6M14 10.5v6"/>`),
} as const;

/** The mark of Holdfast: a house that grips the ground, as a holdfast grips its rock. */
export const MARK = svg`
  <svg viewBox="10 10 44 44" width="30" height="30" fill="none" stroke="currentColor" stroke-width="4"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
    <path d="M14 30 32 14l18 16"/>
    <path d="M19 27v13c0 5-3 7-6 9M45 27v13c0 5 3 7 6 9M32 42c0 5-1 6-4 9M32 42c0 5 1 6 4 9"/>
    <path d="M32 33v9"/><circle cx="32" cy="31" r="4" fill="currentColor" stroke="none"/>
  </svg>`;
