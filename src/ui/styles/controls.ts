import { css } from 'lit';

/** Buttons, links that look like them, fields and tables, for what has any of these. */
export const controls = css`
  button,
  .button {
    display: inline-flex;
    gap: 0.5rem;
    align-items: center;
    justify-content: center;
    min-height: 44px;
    padding: 0.5rem 1.25rem;
    font: inherit;
    font-weight: 600;
    line-height: 1.25;
    text-align: center;
    text-decoration: none;
    color: var(--accent);
    background: transparent;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    cursor: pointer;
  }

  button:hover,
  .button:hover {
    color: var(--accent-strong);
    border-color: var(--accent);
  }

  button.primary,
  .button.primary {
    color: var(--on-accent);
    background: var(--accent);
    border-color: transparent;
  }

  button.primary:hover,
  .button.primary:hover {
    color: var(--on-accent);
    background: var(--accent-strong);
  }

  button.danger {
    color: var(--bad);
  }

  button.danger:hover {
    border-color: var(--bad);
  }

  button.quiet,
  .button.quiet {
    padding-inline: 0.75rem;
    border-color: transparent;
  }

  button.quiet:hover,
  .button.quiet:hover {
    background: var(--accent-wash);
  }

  button.square {
    width: 44px;
    padding: 0;
  }

  button:disabled,
  button[aria-disabled='true'],
  button[aria-disabled='true']:hover {
    color: var(--ink-soft);
    background: transparent;
    border-color: var(--line);
    cursor: default;
  }

  label,
  legend {
    padding: 0;
    font-weight: 600;
  }

  .field {
    display: grid;
    gap: 0.35rem;
    grid-template-columns: minmax(0, 1fr);
  }

  .field .hint {
    color: var(--ink-soft);
    font-size: var(--text-small);
  }

  .field .problem {
    color: var(--bad);
    font-size: var(--text-small);
    font-weight: 600;
  }

  input:not([type='checkbox'], [type='radio'], [type='range']),
  select,
  textarea {
    width: 100%;
    min-height: 44px;
    padding: 0.5rem 0.75rem;
    font: inherit;
    color: var(--ink);
    background: var(--card);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
  }

  ::file-selector-button {
    min-height: 30px;
    margin-inline-end: 0.75rem;
    padding: 0.1rem 0.75rem;
    font: inherit;
    font-weight: 600;
    color: var(--accent);
    background: var(--accent-wash);
    border: 0;
    border-radius: 6px;
    cursor: pointer;
  }

  input[aria-invalid='true'],
  textarea[aria-invalid='true'] {
    border-color: var(--bad);
  }

  ::placeholder {
    color: var(--ink-soft);
    opacity: 1;
  }

  input:is([type='checkbox'], [type='radio']) {
    flex: none;
    width: 22px;
    height: 22px;
    margin: 0;
    accent-color: var(--accent);
  }

  label.choice {
    display: flex;
    gap: 0.65rem;
    align-items: center;
    min-height: 44px;
    font-weight: 400;
    cursor: pointer;
  }

  .table-scroll {
    overflow-x: auto;
  }

  table {
    width: 100%;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }

  th,
  td {
    padding: 0.6rem 0.75rem;
    text-align: start;
    vertical-align: top;
    border-bottom: 1px solid var(--line);
  }

  th {
    color: var(--ink-soft);
    font-size: var(--text-small);
  }

  @media (prefers-reduced-motion: no-preference) {
    button,
    .button {
      transition:
        background-color 120ms,
        border-color 120ms,
        color 120ms;
    }
  }
`;
