import { css } from 'lit';

/** What the cards of the Mirror screen have in common. */
export const mirrorStyles = css`
  :host {
    display: grid;
    gap: clamp(1.25rem, 3vw, 2rem);
    grid-template-columns: minmax(0, 1fr);
  }

  .facts {
    display: grid;
  }

  .facts > div {
    display: grid;
    grid-template-columns: 9.5rem minmax(0, 1fr);
    gap: 0.25rem 1rem;
    align-items: center;
    min-height: 44px;
    padding-block: 0.25rem;
  }

  .facts > div + div {
    border-top: 1px solid var(--line);
  }

  .facts dt {
    color: var(--ink-soft);
  }

  .facts dd {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.75rem;
    align-items: center;
    justify-content: space-between;
    min-width: 0;
    overflow-wrap: anywhere;
  }

  .facts dd > span {
    min-width: 0;
    max-width: 65ch;
  }

  .facts dd > .row {
    padding-block: 0.35rem;
  }

  .facts dd > form {
    flex: 1 0 100%;
  }

  .facts dd > form > input {
    width: 12rem;
  }

  .lists {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 1.25rem 2rem;
  }

  .lists.limits {
    grid-template-columns: minmax(0, 1fr);
  }

  .limits .icon {
    color: var(--ink-soft);
  }

  .lists ul {
    display: grid;
    gap: 0.6rem;
    margin-top: 0.75rem;
  }

  .lists li {
    display: flex;
    gap: 0.65rem;
  }

  .lists .icon {
    width: 20px;
    height: 20px;
    margin-top: 0.15rem;
  }

  .can .icon {
    color: var(--accent);
  }

  .cannot .icon {
    color: var(--good);
  }

  .steps li {
    display: flex;
    gap: 0.75rem;
    align-items: center;
    min-height: 44px;
    padding-block: 0.4rem;
  }

  .steps li + li {
    border-top: 1px solid var(--line);
  }

  .steps .name {
    flex: 1;
    min-width: 0;
  }

  .steps [data-state='waiting'] {
    color: var(--ink-soft);
  }

  .steps [data-state='done'] .icon {
    color: var(--good);
  }

  .steps [data-state='running'] .icon {
    color: var(--accent);
  }

  .with-domain {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: center;
  }

  .with-domain input {
    flex: 1 1 10rem;
    min-width: 0;
  }

  .with-domain select {
    flex: 0 1 auto;
    width: auto;
    max-width: 100%;
  }

  .name-shown {
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  h2:focus {
    outline: none;
  }

  .words {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    font-size: 1.2rem;
    font-weight: 600;
  }

  .words span {
    padding: 0.35rem 0.75rem;
    background: var(--accent-wash);
    border-radius: 8px;
  }

  .standing {
    display: flex;
    gap: 0.85rem;
    align-items: center;
  }

  .standing > .icon {
    box-sizing: content-box;
    padding: 10px;
    border: 1.5px solid currentColor;
    border-radius: 50%;
  }

  .standing[data-tone='good'] > .icon {
    color: var(--good);
    background: var(--good-wash);
  }

  .standing[data-tone='amber'] > .icon {
    color: var(--amber);
    background: var(--amber-wash);
  }

  .standing[data-tone='bad'] > .icon {
    color: var(--bad);
    background: var(--bad-wash);
  }

  .standing[data-tone='plain'] > .icon {
    color: var(--accent);
    background: var(--accent-wash);
  }

  .standing > div {
    min-width: 0;
    overflow-wrap: anywhere;
  }

  @media (max-width: 40rem) {
    .lists {
      grid-template-columns: minmax(0, 1fr);
    }

    .facts > div {
      grid-template-columns: minmax(0, 1fr);
      gap: 0;
      padding-block: 0.5rem;
    }

    .facts dd > .quiet {
      margin-inline-start: -0.75rem;
    }
  }

  @media (prefers-reduced-motion: no-preference) {
    [data-state='running'] > .icon {
      animation: turn 900ms linear infinite;
    }
  }

  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }
`;
