import { css } from 'lit';

/** A commit in a list: its picture, and beside it what it did. */
export const commitStyles = css`
  .commit {
    display: flex;
    gap: 0.75rem;
    padding: 0.75rem 0;
  }

  .commit + .commit {
    border-top: 1px solid var(--line);
  }

  .commit > .icon {
    margin-top: 0.1rem;
    color: var(--ink-soft);
  }

  .what {
    display: grid;
    flex: 1;
    gap: 0.15rem;
    grid-template-columns: minmax(0, 1fr);
    min-width: 0;
  }
`;
