import { css } from 'lit';

/** The list of records: what stands above it, and rows of one height. */
export const listStyles = css`
  :host {
    display: grid;
    gap: 0.5rem;
    grid-template: auto 1fr / minmax(0, 1fr);
    min-height: 0;
  }

  .tools {
    display: grid;
    gap: 0.5rem;
  }

  .said {
    min-height: 1.5em;
  }

  .scroller {
    position: relative;
    overflow-y: auto;
    contain: strict;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--card);
  }

  .rows {
    position: relative;
  }

  .rows li {
    position: absolute;
    inset: 0 0 auto;
    display: flex;
    height: 64px;
    border-bottom: 1px solid var(--line);
  }

  .pick {
    display: grid;
    flex: none;
    place-items: center;
    width: 44px;
    padding-inline-start: 0.25rem;
    cursor: pointer;
  }

  .rows a {
    display: grid;
    flex: 1;
    align-content: center;
    min-width: 0;
    padding: 0.25rem 0.75rem 0.25rem 0.25rem;
    color: var(--ink);
    text-decoration: none;
    outline-offset: -3px;
  }

  .rows li:hover,
  .rows li[data-current] {
    background: var(--accent-wash);
  }

  .rows li[data-current] {
    box-shadow: inset 3px 0 0 var(--accent);
  }

  .line {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .under {
    display: flex;
    gap: 0.75rem;
    justify-content: space-between;
    font-size: 0.8125rem;
  }

  .under .mono {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .under span:last-child {
    flex: none;
  }

  .bar {
    padding: 0.25rem 0.25rem 0.25rem 0.75rem;
    background: var(--accent-wash);
    border-radius: var(--radius);
  }

  .bar strong {
    margin-inline-end: auto;
  }
`;
