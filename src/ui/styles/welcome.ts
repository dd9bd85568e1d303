import { css } from 'lit';

export const welcomeStyles = css`
  .hero {
    display: flex;
    flex-wrap: wrap-reverse;
    gap: 1rem clamp(1rem, 5vw, 4rem);
    align-items: center;
    justify-content: space-between;
  }

  .hero > div {
    flex: 1 1 22rem;
    min-width: 0;
  }

  .drawing {
    flex: 0 1 20rem;
    min-width: 0;
    color: var(--accent);
  }

  h1 {
    font-size: clamp(1.75rem, 1.2rem + 2.6vw, 2.5rem);
  }

  .doors {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
    gap: 1rem;
  }

  .door {
    display: grid;
    gap: 0.75rem;
    grid-template-rows: auto auto 1fr auto;
  }

  .door > .icon {
    color: var(--accent);
  }

  .door.later > .icon,
  .door.later h2 {
    color: var(--ink-soft);
  }

  .door.later {
    background: transparent;
    border-style: dashed;
    box-shadow: none;
  }

  .steps li {
    display: flex;
    gap: 0.75rem;
    align-items: center;
    min-height: 44px;
  }

  .steps li + li {
    border-top: 1px solid var(--line);
  }

  .steps .name {
    flex: 1;
  }

  [data-state='waiting'] {
    color: var(--ink-soft);
  }

  [data-state='done'] .icon {
    color: var(--good);
  }

  [data-state='running'] .icon {
    color: var(--accent);
  }

  @media (max-width: 50rem) {
    .doors {
      grid-template-columns: minmax(0, 1fr);
    }
  }

  @media (prefers-reduced-motion: no-preference) {
    [data-state='running'] .icon {
      animation: turn 900ms linear infinite;
    }
  }

  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }
`;
