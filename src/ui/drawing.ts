import { svg } from 'lit';

/** The one drawing, for a first visit: a house that holds on to its rock, a light in the window, the key beside it. */
export const DRAWING = svg`
  <svg class="drawing" viewBox="0 0 320 190" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round"
    stroke-linejoin="round" aria-hidden="true" focusable="false">
    <g stroke-opacity=".35">
      <path d="M8 168c14-8 26-8 40 0s26 8 40 0"/><path d="M232 168c14-8 26-8 40 0s26 8 40 0"/>
      <path d="M24 182c14-6 26-6 40 0"/><path d="M256 182c14-6 26-6 40 0"/>
      <circle cx="262" cy="42" r="13"/><path d="M40 48h26M52 60h30M28 60h10"/>
    </g>
    <path d="M84 170c4-18 16-30 38-33 12-2 66-2 78 1 20 4 32 15 36 32" fill="var(--accent-wash)"/>
    <path d="M112 82 160 40l48 42"/><path d="M120 76v46M200 76v46"/>
    <path d="M120 122c0 12-12 12-15 24M200 122c0 12 12 12 15 24M148 124c0 12-10 12-12 24M172 124c0 12 10 12 12 24"/>
    <path d="M120 122h80"/><rect x="146" y="82" width="28" height="40" rx="2" fill="var(--card)"/>
    <path d="M186 40v16" /><circle cx="160" cy="64" r="6" fill="var(--amber)" stroke="var(--amber)"/>
    <circle cx="167" cy="103" r="1.5" fill="currentColor"/>
  </svg>`;
