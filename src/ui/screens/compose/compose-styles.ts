import { css } from 'lit';

/** The composer: a large field, pictures with their descriptions, what is left to write. */
export const composeStyles = css`
  .screen {
    max-width: 40rem;
  }

  textarea {
    min-height: 9rem;
    padding: 0.85rem 1rem;
    font-size: 1.125rem;
    line-height: 1.5;
    resize: vertical;
    field-sizing: content;
  }

  .count {
    margin-inline-start: auto;
    font-variant-numeric: tabular-nums;
  }

  .count.over {
    color: var(--bad);
    font-weight: 700;
  }

  .images {
    display: grid;
    gap: 1rem;
    grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr));
  }

  .images li {
    display: grid;
    gap: 0.5rem;
    align-content: start;
    padding: 0.75rem;
    border: 1px solid var(--line);
    border-radius: var(--radius);
  }

  .images img {
    width: 100%;
    height: 10rem;
    object-fit: contain;
    background: var(--paper);
    border-radius: 6px;
  }

  .images textarea {
    min-height: 4.5rem;
    font-size: 1rem;
  }

  .language {
    display: flex;
    gap: 0.5rem;
    align-items: center;
  }

  .language select {
    width: auto;
  }

  input[type='file'] {
    display: none;
  }

  .dragging textarea.post {
    outline: 3px dashed var(--accent);
    outline-offset: 4px;
  }
`;
