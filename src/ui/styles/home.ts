import { css } from 'lit';

export const homeStyles = css`
  .between {
    justify-content: space-between;
  }

  .health {
    display: grid;
    grid-template-columns: repeat(4, minmax(0, 1fr));
    gap: 1rem;
  }

  .health li {
    display: grid;
  }

  .thing {
    display: grid;
    gap: 0.75rem;
    align-content: start;
    padding: 1.1rem;
  }

  .ring {
    display: grid;
    place-items: center;
    width: 52px;
    height: 52px;
    border: 3px solid currentColor;
    border-radius: 50%;
  }

  .words {
    display: grid;
    gap: 0.25rem;
    justify-items: start;
    min-width: 0;
  }

  .words .button {
    margin-inline-start: -0.75rem;
    text-align: start;
  }

  .word {
    display: flex;
    gap: 0.35rem;
    align-items: center;
    font-weight: 600;
  }

  .word .icon {
    width: 18px;
    height: 18px;
  }

  [data-state='good'] :is(.ring, .word) {
    color: var(--good);
  }

  [data-state='amber'] :is(.ring, .word) {
    color: var(--amber);
  }

  [data-state='later'] :is(.ring, .word) {
    color: var(--ink-soft);
  }

  [data-state='later'] .ring {
    border-style: dashed;
    border-width: 2px;
  }

  .bar {
    display: block;
    width: 100%;
    height: 14px;
    border-radius: 7px;
  }

  [data-hue='0'] {
    fill: var(--accent);
    background: var(--accent);
  }

  [data-hue='1'] {
    fill: color-mix(in oklch, var(--accent) 62%, var(--card));
    background: color-mix(in oklch, var(--accent) 62%, var(--card));
  }

  [data-hue='2'] {
    fill: var(--ink-soft);
    background: var(--ink-soft);
  }

  [data-hue='3'] {
    fill: color-mix(in oklch, var(--accent) 34%, var(--card));
    background: color-mix(in oklch, var(--accent) 34%, var(--card));
  }

  [data-hue='4'] {
    fill: var(--line-strong);
    background: var(--line-strong);
  }

  .legend {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr));
    gap: 0 1.5rem;
  }

  .legend li {
    display: flex;
    gap: 0.6rem;
    align-items: center;
    min-height: 40px;
  }

  .legend a,
  .legend .name {
    flex: 1;
    min-width: 0;
    padding-block: 0.5rem;
    overflow-wrap: anywhere;
  }

  .swatch {
    flex: none;
    width: 12px;
    height: 12px;
    border-radius: 3px;
  }

  .facts {
    display: grid;
    gap: 0.35rem;
  }

  .facts div {
    display: grid;
    grid-template-columns: 8rem minmax(0, 1fr);
    gap: 0.25rem 1rem;
    align-items: center;
    min-height: 40px;
  }

  .facts dt {
    color: var(--ink-soft);
  }

  .facts dd {
    min-width: 0;
    overflow-wrap: anywhere;
  }

  @media (max-width: 75rem) {
    .health {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }

    .thing {
      grid-template-columns: auto minmax(0, 1fr);
    }
  }

  @media (max-width: 34rem) {
    .health {
      grid-template-columns: minmax(0, 1fr);
      gap: 0.75rem;
    }

    .facts div {
      grid-template-columns: minmax(0, 1fr);
      gap: 0;
      padding-block: 0.35rem;
    }
  }
`;
