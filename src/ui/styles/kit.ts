import { css } from 'lit';

export const kitStyles = css`
  .count {
    display: inline-grid;
    place-items: center;
    width: 1.75rem;
    height: 1.75rem;
    margin-inline-end: 0.6rem;
    color: var(--accent);
    font-size: 1rem;
    background: var(--accent-wash);
    border-radius: 50%;
  }

  .groups {
    display: grid;
    grid-template-columns: repeat(4, auto);
    gap: 0.6rem;
    justify-content: start;
    font: 600 clamp(1.125rem, 4vw, 1.375rem) / 1.2 var(--mono);
    letter-spacing: 0.06em;
  }

  .groups span {
    padding: 0.7rem 0.85rem;
    background: var(--paper);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    user-select: all;
  }

  .ways {
    display: flex;
    flex-wrap: wrap;
    gap: 0 1.5rem;
  }

  .pair {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 12rem));
    gap: 1rem;
  }

  .problem {
    color: var(--bad);
    font-weight: 600;
  }

  .problem:empty {
    display: none;
  }

  @media (max-width: 34rem) {
    .groups {
      grid-template-columns: repeat(2, auto);
    }
  }

  @media print {
    .on-screen {
      display: none;
    }
  }
`;
