import { css } from 'lit';

/**
 * A message that stays at the lower edge until it is closed: `.toast` with its `.words` and buttons, in a `.toast-place` beside
 * the content, or in an element of its own.
 */
export const toastStyles = css`
  :host(holdfast-undo),
  .toast-place {
    position: sticky;
    bottom: 1rem;
    z-index: 5;
  }

  @media (max-width: 699px) {
    :host(holdfast-undo),
    .toast-place {
      bottom: 5rem;
    }
  }

  .toast {
    display: flex;
    gap: 0.5rem;
    align-items: center;
    width: fit-content;
    max-width: 100%;
    margin-inline: auto;
    padding: 0.4rem 0.5rem 0.4rem 1rem;
    background: var(--card);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    box-shadow: var(--shadow);
  }

  .toast .words {
    flex: 1;
    min-width: 0;
    padding-inline-end: 0.5rem;
  }

  .toast .icon {
    color: var(--good);
  }

  .toast .quiet {
    flex: none;
  }

  .toast button .icon {
    color: inherit;
  }
`;
