import { css } from 'lit';

/** What every component wears: box model, headings, cards, buttons, focus. Colours come from the tokens of theme.css. */
export const shared = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  :host {
    display: block;
  }

  h1,
  h2,
  h3,
  p,
  ol,
  ul {
    margin: 0;
  }

  ol,
  ul {
    padding: 0;
    list-style: none;
  }

  h2 {
    font-size: 1.25rem;
    line-height: 1.3;
    letter-spacing: -0.01em;
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

  .card {
    padding: clamp(1.25rem, 4vw, 1.75rem);
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: var(--radius-large);
    box-shadow: var(--shadow);
  }

  button {
    min-height: 44px;
    padding: 0.5rem 1.25rem;
    font: inherit;
    font-weight: 600;
    color: var(--accent);
    background: transparent;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    cursor: pointer;
  }

  button:hover {
    color: var(--accent-strong);
    border-color: var(--accent);
  }

  button.primary {
    color: var(--on-accent);
    background: var(--accent);
    border-color: transparent;
  }

  button.primary:hover {
    background: var(--accent-strong);
  }

  button[aria-disabled='true'],
  button[aria-disabled='true']:hover {
    color: var(--ink-soft);
    background: transparent;
    border-color: var(--line);
    cursor: default;
  }

  :focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 3px;
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @media (prefers-reduced-motion: no-preference) {
    button {
      transition:
        background-color 120ms,
        border-color 120ms,
        color 120ms;
    }
  }
`;
