import { css, html, LitElement } from 'lit';
import { shared } from '../styles/shared.ts';
import type { TemplateResult } from 'lit';

/** A place where nothing is yet: one sentence (`text`) and, slotted, one way on. */
export class HfEmpty extends LitElement {
  static override styles = [shared, css`
    div {
      display: grid;
      gap: 1rem;
      justify-items: center;
      padding: clamp(1.5rem, 6vw, 3rem) 1rem;
      color: var(--ink-soft);
      text-align: center;
      border: 1.5px dashed var(--line-strong);
      border-radius: var(--radius-large);
    }
  `];

  static override properties = { text: {} };
  declare text: string;

  override render(): TemplateResult {
    return html`<div><p>${this.text}</p><slot></slot></div>`;
  }
}

customElements.define('hf-empty', HfEmpty);
