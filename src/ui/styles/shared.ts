import { css } from 'lit';

/** What every component wears: box model, headings, cards, focus. Colours come from the tokens of theme.css. */
export const shared = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  :host {
    display: block;
  }

  [hidden] {
    display: none !important;
  }

  h1,
  h2,
  h3,
  p,
  ol,
  ul,
  dl,
  dd,
  figure,
  fieldset {
    margin: 0;
  }

  ol,
  ul,
  fieldset {
    padding: 0;
    border: 0;
    list-style: none;
  }

  ul.limits {
    display: grid;
    gap: 0.35rem;
    padding-inline-start: 1.25rem;
    list-style: disc;
  }

  h1 {
    font-size: clamp(1.5rem, 1.2rem + 1.4vw, 2rem);
    font-weight: 680;
    line-height: 1.2;
    letter-spacing: -0.02em;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }

  h1:focus {
    outline: none;
  }

  h2 {
    font-size: 1.25rem;
    line-height: 1.3;
    letter-spacing: -0.01em;
  }

  h3 {
    font-size: 1rem;
    line-height: 1.5;
  }

  p {
    max-width: 65ch;
  }

  a {
    color: var(--accent);
    text-underline-offset: 0.15em;
  }

  a:hover {
    color: var(--accent-strong);
  }

  pre,
  code,
  .mono {
    font-family: var(--mono);
    font-size: 0.9375em;
  }

  pre {
    margin: 0;
    padding: 0.85rem 1rem;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
    font: var(--text-small) / 1.5 var(--mono);
    background: var(--paper);
    border: 1px solid var(--line);
    border-radius: var(--radius);
  }

  summary {
    width: fit-content;
    min-height: 40px;
    padding: 0.45rem 0;
    color: var(--accent);
    cursor: pointer;
  }

  .icon {
    flex: none;
    display: block;
  }

  .soft {
    color: var(--ink-soft);
  }

  .small {
    font-size: var(--text-small);
  }

  .numbers {
    font-variant-numeric: tabular-nums;
  }

  /* Blocks under one another, the same room between them. */
  .stack {
    display: grid;
    gap: 1rem;
    grid-template-columns: minmax(0, 1fr);
  }

  .screen {
    display: grid;
    gap: clamp(1.25rem, 3vw, 2rem);
    grid-template-columns: minmax(0, 1fr);
  }

  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
    align-items: center;
  }

  .card {
    min-width: 0;
    padding: clamp(1rem, 4vw, 1.5rem);
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: var(--radius-large);
    box-shadow: var(--shadow);
  }

  /* A word about a state: an icon and words, never colour alone. */
  .note {
    display: flex;
    gap: 0.75rem;
    padding: 0.85rem 1rem;
    border-radius: var(--radius);
    background: var(--accent-wash);
  }

  .note > * {
    min-width: 0;
  }

  .note .icon {
    color: var(--accent);
  }

  .note.good {
    background: var(--good-wash);
  }

  .note.good .icon {
    color: var(--good);
  }

  .note.amber {
    background: var(--amber-wash);
  }

  .note.amber .icon {
    color: var(--amber);
  }

  .note.bad {
    background: var(--bad-wash);
  }

  .note.bad .icon {
    color: var(--bad);
  }

  .badge {
    display: inline-flex;
    gap: 0.35rem;
    align-items: center;
    padding: 0.1rem 0.6rem;
    color: var(--ink-soft);
    font-size: var(--text-small);
    font-weight: 600;
    border: 1px solid var(--line);
    border-radius: 1rem;
  }

  .badge .icon {
    width: 16px;
    height: 16px;
  }

  .badge.good {
    color: var(--good);
    background: var(--good-wash);
    border-color: transparent;
  }

  .badge.amber {
    color: var(--amber);
    background: var(--amber-wash);
    border-color: transparent;
  }

  .badge.bad {
    color: var(--bad);
    background: var(--bad-wash);
    border-color: transparent;
  }

  :focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 3px;
  }

  /* Always there, so that what appears in it is read out; while it is empty it takes no place. */
  [role='status']:empty {
    position: absolute;
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
