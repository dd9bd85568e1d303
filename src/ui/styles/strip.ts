import { css } from 'lit';

export const stripStyles = css`
  ol {
    display: flex;
    align-items: center;
    max-width: 52rem;
    font-size: var(--text-small);
  }

  li {
    display: flex;
    align-items: center;
    min-width: 0;
  }

  li:not(:first-child) {
    flex: 1 1 auto;
  }

  /* The way from the place before: drawn through when what was sent has arrived. */
  li:not(:first-child)::before {
    flex: 1 1 1rem;
    min-width: 0.75rem;
    margin-inline: 0.5rem;
    border-top: 1.5px dashed var(--line-strong);
    content: '';
  }

  li[data-state='has']:not(:first-child)::before {
    border-top: 1.5px solid var(--accent);
  }

  .place {
    display: flex;
    gap: 0.5rem;
    align-items: center;
    min-width: 0;
    flex: none;
    min-height: 40px;
    color: var(--ink-soft);
    text-decoration: none;
    border-radius: var(--radius);
  }

  .place:hover strong {
    text-decoration: underline;
    text-underline-offset: 0.15em;
  }

  .dot {
    position: relative;
    display: grid;
    flex: none;
    place-items: center;
    width: 32px;
    height: 32px;
    border: 1.5px dashed var(--line-strong);
    border-radius: 50%;
  }

  .dot > .icon {
    width: 18px;
    height: 18px;
  }

  .mark {
    position: absolute;
    inset: auto -6px -5px auto;
    padding: 1px;
    background: var(--paper);
    border-radius: 50%;
  }

  .mark .icon {
    width: 14px;
    height: 14px;
    stroke-width: 3;
  }

  .words {
    display: grid;
    min-width: 0;
    line-height: 1.3;
  }

  .words > * {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  [data-state='has'] .place,
  [data-state='behind'] .place,
  [data-state='trouble'] .place {
    color: var(--ink);
  }

  [data-state='has'] .dot {
    color: var(--accent);
    background: var(--accent-wash);
    border: 1.5px solid var(--accent);
  }

  [data-state='has'] .mark {
    color: var(--good);
  }

  [data-state='behind'] .dot {
    color: var(--accent);
  }

  [data-state='trouble'] :is(.dot, .mark) {
    color: var(--amber);
  }

  @media (max-width: 44rem) {
    .rev {
      display: none;
    }

    li:not(:first-child) .words span {
      position: absolute;
      width: 1px;
      height: 1px;
      clip-path: inset(50%);
    }
  }

  @media (max-width: 25rem) {
    li:not(:first-child)::before {
      margin-inline: 0.3rem;
    }

    .place {
      gap: 0.3rem;
    }

    /* A long count is cut, rather than the street. */
    li:not(:first-child) {
      flex-shrink: 0;
    }

    li:first-child .place {
      flex: 0 1 auto;
    }

    .mark {
      inset-inline-end: -4px;
    }
  }

  /* Without motion, the mark and the words alone say what has arrived. */
  @media (prefers-reduced-motion: no-preference) {
    /* At once, without a transition: that would be drawn anew for every frame of every write. */
    .lit .dot {
      color: var(--on-accent);
      background: var(--accent);
    }
  }
`;
