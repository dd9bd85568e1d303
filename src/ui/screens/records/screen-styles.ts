import { css } from 'lit';

/** Three panes side by side; on narrower places two, or one with a way back. */
export const screenStyles = css`
  :host {
    container-type: inline-size;
  }

  .screen {
    gap: 1rem;
  }

  .screen:focus {
    outline: none;
  }

  .head {
    display: flex;
    gap: 0.5rem 1rem;
    align-items: center;
    justify-content: space-between;
  }

  .trail + .head {
    margin-top: -0.75rem;
  }

  .head h1 {
    min-width: 0;
  }

  .beside {
    display: grid;
    gap: 1rem;
    grid-template-columns: minmax(0, 1fr);
  }

  .head button {
    flex: none;
  }

  .trail ol {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.4rem;
    align-items: center;
    font-size: var(--text-small);
  }

  .trail li {
    display: inline-flex;
    gap: 0.4rem;
    align-items: center;
    max-width: 100%;
    min-height: 32px;
    overflow-wrap: anywhere;
  }

  .trail li + li::before {
    content: '/';
    color: var(--ink-soft);
  }

  .trail a {
    padding-block: 0.3rem;
  }

  .panes {
    display: grid;
    gap: 1.25rem;
    grid-template-columns: minmax(0, 1fr);
    align-items: start;
  }

  .pane {
    min-width: 0;
  }

  [data-depth='account'] .collections {
    max-width: 40rem;
    padding: 0.5rem;
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: var(--radius-large);
  }

  holdfast-record-list {
    height: max(24rem, 100dvh - 20rem);
  }

  /* Narrow: one pane, the deepest. */
  @container (max-width: 43.99rem) {
    .head button {
      padding-inline: 0.85rem;
    }

    [data-depth='collection'] .collections,
    [data-depth='record'] :is(.collections, .list) {
      display: none;
    }
  }

  @container (min-width: 44rem) {
    .panes:is([data-depth='collection'], [data-depth='record']) {
      grid-template-columns: minmax(14rem, 2fr) minmax(0, 3fr);
    }

    [data-depth='record'] .collections {
      display: none;
    }
  }

  @container (min-width: 57rem) {
    .panes[data-depth='collection'] {
      grid-template-columns: 15rem minmax(0, 1fr);
    }

    .panes[data-depth='record'] {
      grid-template-columns: 13.5rem 17rem minmax(0, 1fr);
    }

    [data-depth='record'] .collections {
      display: block;
    }
  }

  .hint {
    margin-top: 0.5rem;
  }

  kbd {
    padding: 0 0.35rem;
    font: 0.8125rem var(--mono);
    border: 1px solid var(--line-strong);
    border-radius: 4px;
  }
`;
