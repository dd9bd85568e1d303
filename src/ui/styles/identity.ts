import { css } from 'lit';

/** Lists of the Identity screen: keys by their rank, operations by their time. */
export const identityStyles = css`
  .keys li,
  .timeline li {
    display: flex;
    gap: 0.75rem;
    padding: 0.9rem 0;
  }

  .keys li + li,
  .timeline li + li {
    border-top: 1px solid var(--line);
  }

  :is(.keys, .timeline) li:first-child {
    padding-top: 0;
  }

  :is(.keys, .timeline) li:last-child {
    padding-bottom: 0;
  }

  :is(.keys, .timeline) li > div {
    display: grid;
    gap: 0.25rem;
    min-width: 0;
    overflow-wrap: anywhere;
  }

  [data-holder='kit'] .icon {
    color: var(--accent);
  }

  [data-holder='house'] .icon {
    color: var(--good);
  }

  [data-holder='other'] .icon {
    color: var(--amber);
  }

  .timeline [data-state='undone'] .what {
    text-decoration: line-through;
  }

  .timeline [data-state='undone'] .icon,
  .timeline [data-state='waiting'] .mark .icon {
    color: var(--ink-soft);
  }

  .facts dd {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 0.75rem;
    align-items: center;
  }
`;
