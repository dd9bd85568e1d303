import { css } from 'lit';

/** How the values of a record look: fields, chips, pictures, cards of links. */
export const valueStyles = css`
  dl.fields {
    display: grid;
    gap: 0.5rem 1rem;
    grid-template-columns: minmax(0, 1fr);
  }

  dl.fields dl.fields,
  dl.fields ol {
    padding-inline-start: 0.75rem;
    border-inline-start: 2px solid var(--line);
  }

  dl.fields > div {
    display: grid;
    gap: 0 1rem;
    grid-template-columns: minmax(0, 1fr);
  }

  @container (min-width: 30rem) {
    dl.fields > div.plain {
      grid-template-columns: minmax(6rem, 9rem) minmax(0, 1fr);
    }
  }

  dt {
    color: var(--ink-soft);
    font: var(--text-small) / 1.7 var(--mono);
    overflow-wrap: anywhere;
  }

  dd,
  .text {
    overflow-wrap: anywhere;
  }

  .text {
    white-space: pre-wrap;
  }

  .post {
    font-size: 1.125rem;
    line-height: 1.5;
  }

  ol.items {
    display: grid;
    gap: 0.5rem;
  }

  .pictures {
    display: grid;
    gap: 0.75rem;
    grid-template-columns: repeat(auto-fit, minmax(min(12rem, 100%), 1fr));
  }

  figcaption {
    padding-top: 0.25rem;
    font-size: var(--text-small);
  }

  .chip {
    display: inline-block;
    max-width: 100%;
    padding: 0.25rem 0.65rem;
    font: var(--text-small) / 1.6 var(--mono);
    text-decoration: none;
    overflow-wrap: anywhere;
    background: var(--accent-wash);
    border-radius: 1rem;
  }

  a.chip:hover {
    text-decoration: underline;
  }

  .link-card {
    display: grid;
    gap: 0.25rem;
    padding: 0.85rem 1rem;
    border: 1px solid var(--line);
    border-radius: var(--radius);
  }
`;
