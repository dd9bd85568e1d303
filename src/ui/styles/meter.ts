import { css } from 'lit';

/** A bar of how much of a room is taken. */
export const meterStyles = css`
  meter {
    width: 100%;
    height: 8px;
    border: 0;
    border-radius: 4px;
    background: var(--accent-wash);
    appearance: none;
  }

  meter::-webkit-meter-inner-element,
  meter::-webkit-meter-bar {
    height: 8px;
    background: var(--accent-wash);
    border: 0;
    border-radius: 4px;
  }

  meter::-webkit-meter-optimum-value {
    background: var(--accent);
    border-radius: 4px;
  }

  meter::-moz-meter-bar {
    background: var(--accent);
    border-radius: 4px;
  }
`;
