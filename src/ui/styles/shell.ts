import { css } from 'lit';

export const shellStyles = css`
  :host {
    max-width: 60rem;
    margin: 0 auto;
    padding: 0 clamp(1rem, 5vw, 2.5rem) 3rem;
  }

  header {
    display: flex;
    gap: 0.625rem;
    align-items: center;
    padding: 1.25rem 0;
  }

  .mark {
    display: grid;
    padding: 4px;
    color: var(--on-accent);
    background: var(--accent);
    border-radius: 9px;
  }

  .name {
    font-size: 1.125rem;
    font-weight: 650;
    letter-spacing: -0.01em;
  }

  .stage {
    margin-inline-start: auto;
    padding: 0.2rem 0.7rem;
    color: var(--ink-soft);
    border: 1px solid var(--line);
    border-radius: 1rem;
  }

  main {
    display: grid;
    gap: clamp(2rem, 5vw, 2.75rem);
  }

  .hero {
    display: grid;
    gap: 0.85rem;
    max-width: 42rem;
    padding-top: clamp(1rem, 5vw, 3rem);
  }

  h1 {
    font-size: clamp(1.875rem, 1.2rem + 3.2vw, 2.875rem);
    font-weight: 680;
    line-height: 1.12;
    letter-spacing: -0.025em;
    text-wrap: balance;
  }

  .lead {
    font-size: clamp(1.0625rem, 1rem + 0.4vw, 1.1875rem);
  }

  .yet {
    padding-inline-start: 0.85rem;
    border-inline-start: 3px solid var(--accent);
  }

  .places {
    display: grid;
    grid-template-columns: repeat(3, 1fr);
  }

  .places li {
    position: relative;
    display: grid;
    gap: 0.75rem;
    align-content: start;
    padding-inline-end: 1.5rem;
  }

  .badge {
    z-index: 1;
    display: grid;
    place-items: center;
    width: 48px;
    height: 48px;
    color: var(--ink-soft);
    background: var(--paper);
    border: 1.5px dashed var(--line-strong);
    border-radius: 50%;
  }

  .house .badge {
    color: var(--accent);
    background: var(--accent-wash);
    border: 1.5px solid var(--accent);
  }

  /* The way from one place to the next; dashed, since nothing goes there yet. */
  .places li:not(:last-child)::after {
    position: absolute;
    top: 24px;
    inset-inline: 60px 12px;
    border-top: 1.5px dashed var(--line-strong);
    content: '';
  }

  .place {
    display: grid;
    gap: 0.1rem;
    align-content: start;
  }

  .state {
    color: var(--ink-soft);
    font-weight: 600;
  }

  .house .state {
    color: var(--accent);
  }

  .columns {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: clamp(2rem, 5vw, 3rem);
  }

  .parts ul {
    display: grid;
    gap: 1.1rem;
    padding-top: 1rem;
  }

  .parts li {
    display: flex;
    gap: 0.75rem;
  }

  .works .icon {
    color: var(--good);
  }

  .missing .icon {
    color: var(--line-strong);
  }

  h3 {
    font-size: 1rem;
    line-height: 1.5;
  }

  footer {
    margin-top: 3rem;
    padding-top: 1.25rem;
    border-top: 1px solid var(--line);
  }

  @media (max-width: 44rem) {
    .columns,
    .places {
      grid-template-columns: 1fr;
    }

    .places li {
      grid-template-columns: 48px 1fr;
      padding: 0 0 1.5rem;
    }

    .places li:last-child {
      padding: 0;
    }

    .places li:not(:last-child)::after {
      inset: 54px auto 6px 23px;
      border-top: 0;
      border-inline-start: 1.5px dashed var(--line-strong);
    }
  }
`;
