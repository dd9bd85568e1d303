import { css } from 'lit';

export const panelStyles = css`
  section {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1rem;
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
  }

  progress {
    display: block;
    width: 100%;
    margin-bottom: 0.5rem;
    height: 6px;
    appearance: none;
    overflow: hidden;
    background: var(--accent-wash);
    border: 0;
    border-radius: 3px;
  }

  progress::-webkit-progress-bar {
    background: var(--accent-wash);
  }

  progress::-webkit-progress-value {
    background: var(--bar);
    border-radius: 3px;
  }

  progress::-moz-progress-bar {
    background: var(--bar);
    border-radius: 3px;
  }

  progress {
    --bar: var(--accent);
  }

  progress[data-phase='passed'] {
    --bar: var(--good);
  }

  progress[data-phase='failed'] {
    --bar: var(--bad);
  }

  .steps li {
    display: flex;
    gap: 0.75rem;
    align-items: flex-start;
    padding: 0.7rem 0;
  }

  .steps li + li {
    border-top: 1px solid var(--line);
  }

  .what {
    display: grid;
    flex: 1;
    min-width: 0;
  }

  .word {
    flex: none;
    padding-top: 0.15em;
    color: var(--ink-soft);
    font-variant-numeric: tabular-nums;
    text-align: end;
  }

  li[data-state='waiting'] {
    color: var(--ink-soft);
  }

  li[data-state='running'] .icon {
    color: var(--accent);
  }

  li[data-state='passed'] .icon {
    color: var(--good);
  }

  li[data-state='failed'] .icon,
  li[data-state='failed'] .word {
    color: var(--bad);
  }

  @media (max-width: 30rem) {
    .steps li {
      flex-wrap: wrap;
      row-gap: 0;
    }

    .what {
      flex-basis: calc(100% - 3rem);
    }

    .word {
      padding: 0 0 0 2.25rem;
      text-align: start;
    }
  }

  @media (prefers-reduced-motion: no-preference) {
    li[data-state='running'] .icon {
      animation: turn 900ms linear infinite;
    }
  }

  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }
`;
