import { css } from 'lit';

/** A dialog in the middle; on a phone it comes from below. */
export const dialogStyles = css`
  dialog {
    width: min(30rem, calc(100vw - 2rem));
    padding: 1.5rem;
    color: var(--ink);
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: var(--radius-large);
    box-shadow: var(--shadow);
  }

  dialog::backdrop {
    background: oklch(20% 0.016 260 / 55%);
  }

  @media (max-width: 30rem) {
    dialog {
      width: 100%;
      max-width: 100%;
      margin: auto 0 0;
      border-radius: var(--radius-large) var(--radius-large) 0 0;
    }
  }
`;
