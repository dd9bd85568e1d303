import { css } from 'lit';

/** Phone: header, strip, screen, bar at the bottom. From 700 px a narrow rail, from 1,000 px a wide one. */
export const shellStyles = css`
  .skip {
    position: absolute;
    inset-inline-start: 0.5rem;
    top: 0.5rem;
    z-index: 20;
    padding: 0.6rem 1rem;
    background: var(--card);
    border-radius: var(--radius);
  }

  .skip:not(:focus) {
    clip-path: inset(50%);
  }

  .frame {
    display: grid;
    grid-template: 'header' auto 'main' 1fr / minmax(0, 1fr);
    min-height: 100vh;
    padding-bottom: 5.5rem;
  }

  header {
    grid-area: header;
    min-width: 0;
  }

  .top {
    display: flex;
    gap: 0.5rem;
    align-items: center;
    min-width: 0;
    padding: 0.6rem clamp(0.75rem, 3vw, 1.75rem);
  }

  .brand {
    min-width: 44px;
    display: flex;
    gap: 0.6rem;
    align-items: center;
    min-height: 44px;
    color: var(--ink);
    font-size: 1.125rem;
    font-weight: 650;
    letter-spacing: -0.01em;
    text-decoration: none;
  }

  .mark {
    display: grid;
    padding: 4px;
    color: var(--on-accent);
    background: var(--accent);
    border-radius: 9px;
  }

  .chip {
    display: flex;
    gap: 0.5rem;
    align-items: center;
    min-width: 0;
    min-height: 44px;
    margin-inline-start: auto;
    padding-inline: 0.75rem;
    color: var(--ink);
    font-weight: 600;
    text-decoration: none;
    border-radius: 22px;
  }

  .chip:hover {
    background: var(--accent-wash);
  }

  .chip .name {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .chip select {
    min-width: 0;
    padding-inline: 0;
    font-weight: 600;
    text-overflow: ellipsis;
    background: transparent;
    border-color: transparent;
  }

  [data-alone] holdfast-pill {
    margin-inline-start: auto;
  }

  holdfast-strip {
    min-width: 0;
    padding: 0 clamp(0.75rem, 3vw, 1.75rem) 0.5rem;
    border-bottom: 1px solid var(--line);
  }

  main {
    grid-area: main;
    width: 100%;
    max-width: 62rem;
    padding: clamp(1rem, 3vw, 2rem) clamp(0.75rem, 3vw, 1.75rem) 2rem;
  }

  main:focus {
    outline: none;
  }

  [data-alone] main {
    margin-inline: auto;
  }

  nav {
    position: fixed;
    inset: auto 0 0;
    z-index: 10;
    background: var(--card);
    border-top: 1px solid var(--line);
    padding-bottom: env(safe-area-inset-bottom);
  }

  nav ul {
    display: flex;
  }

  /* Each as wide as its word, and some of what is left. */
  nav li {
    flex: 1 1 auto;
    min-width: 0;
  }

  nav a {
    display: grid;
    gap: 0.15rem;
    justify-items: center;
    min-height: 56px;
    padding: 0.5rem 0.1rem;
    color: var(--ink-soft);
    font-size: 0.8125rem;
    font-weight: 600;
    text-decoration: none;
    outline-offset: -3px;
  }

  nav a > span {
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
  }

  nav a:hover,
  nav a[aria-current] {
    color: var(--accent);
  }

  nav a[aria-current] {
    box-shadow: inset 0 3px 0 var(--accent);
  }

  holdfast-jobs-tray,
  holdfast-update {
    position: fixed;
    inset-inline-end: 1rem;
    bottom: calc(4.75rem + env(safe-area-inset-bottom));
    z-index: 15;
    max-width: calc(100vw - 2rem);
  }

  @media (max-width: 30rem) {
    .frame:not([data-alone]) .brand .name {
      display: none;
    }

    nav a {
      font-size: 0.75rem;
      letter-spacing: -0.02em;
    }
  }

  @media (min-width: 700px) {
    .frame {
      padding-bottom: 0;
    }

    .frame:not([data-alone]) {
      grid-template: 'header header' auto 'nav main' 1fr / 96px minmax(0, 1fr);
    }

    nav {
      position: sticky;
      inset: 0 auto auto;
      grid-area: nav;
      align-self: start;
      padding: 1rem 0.5rem;
      background: transparent;
      border: 0;
    }

    nav ul {
      display: grid;
      gap: 0.25rem;
    }

    nav a {
      border-radius: var(--radius);
    }

    nav a[aria-current] {
      background: var(--accent-wash);
      box-shadow: none;
    }

    holdfast-jobs-tray,
    holdfast-update {
      bottom: 1rem;
    }
  }

  @media (min-width: 1000px) {
    .frame:not([data-alone]) {
      grid-template-columns: 216px minmax(0, 1fr);
    }

    nav {
      padding-inline: 1rem;
    }

    nav a {
      display: flex;
      gap: 0.75rem;
      align-items: center;
      min-height: 44px;
      padding: 0.5rem 0.85rem;
      font-size: 1rem;
    }
  }

  @media print {
    header,
    nav,
    holdfast-jobs-tray,
    holdfast-update {
      display: none !important;
    }
  }
`;
