import { css } from 'lit';

export const historyStyles = css`
  .what li,
  .time {
    overflow-wrap: anywhere;
  }

  .commit > button {
    align-self: start;
  }

  .what a {
    display: inline-block;
    padding-block: 0.5rem;
  }

  .changes {
    display: grid;
    gap: 1.25rem;
    grid-template-columns: minmax(0, 1fr);
    padding-block: 0.25rem 0.5rem;
  }

  .changes h2 {
    flex: 1 1 10rem;
    min-width: 0;
    font-size: var(--text-small);
    overflow-wrap: anywhere;
  }

  @media (max-width: 34rem) {
    .commit {
      flex-wrap: wrap;
      gap: 0.25rem 0.75rem;
    }

    .commit > .icon {
      display: none;
    }

    .what {
      flex-basis: 100%;
    }

    .commit > button {
      margin-inline-start: -0.75rem;
    }
  }
`;
