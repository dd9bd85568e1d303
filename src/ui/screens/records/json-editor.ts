import { defaultKeymap, history, historyKeymap, redo, undo } from '@codemirror/commands';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import { linter, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { Decoration, EditorView, highlightActiveLine, keymap, lineNumbers, MatchDecorator, ViewPlugin } from '@codemirror/view';
import { css, html, LitElement } from 'lit';
import { msg } from '../../i18n.ts';
import { shared } from '../../styles/shared.ts';
import { pathIn, placeOf } from './json-place.ts';
import type { Diagnostic } from '@codemirror/lint';
import type { DecorationSet, ViewUpdate } from '@codemirror/view';
import type { TemplateResult } from 'lit';

const findMistakes = jsonParseLinter();

// Strings of JSON end on their line, so each line can be coloured alone.
const colours = new MatchDecorator({
  regexp: /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null)\b/g,
  decoration: (match) => Decoration.mark({ class: match[1] === undefined ? 'word' : match[2] === undefined ? 'string' : 'key' }),
});

class Colours {
  marks: DecorationSet;

  constructor(view: EditorView) {
    this.marks = colours.createDeco(view);
  }

  update(update: ViewUpdate): void {
    this.marks = colours.updateDeco(update, this.marks);
  }
}

/**
 * A field for JSON, with its faults marked as they are typed. `text` is what is in it; every change fires `edited`.
 * Its styles are adopted by the shadow root, so the policy of the page holds. The tab key leaves it.
 */
export class JsonEditor extends LitElement {
  static override styles = [shared, css`
    .cm-editor {
      max-height: min(60vh, 40rem);
      min-height: 14rem;
      font-size: var(--text-small);
      background: var(--paper);
      border: 1px solid var(--line-strong);
      border-radius: var(--radius);
    }

    .cm-editor .cm-scroller {
      font-family: var(--mono);
      line-height: 1.6;
    }

    .cm-editor.cm-focused {
      outline: 3px solid var(--accent);
      outline-offset: 1px;
    }

    .cm-editor .cm-content {
      caret-color: var(--ink);
    }

    .cm-editor .cm-gutters {
      color: var(--ink-soft);
      background: transparent;
      border: 0;
    }

    .cm-editor :is(.cm-activeLine, .cm-activeLineGutter) {
      background: var(--accent-wash);
    }

    .cm-editor .cm-tooltip {
      color: var(--ink);
      background: var(--card);
      border: 1px solid var(--line-strong);
    }

    .key {
      color: var(--accent);
    }

    .string {
      color: var(--good);
    }

    .word {
      color: var(--amber);
    }
  `];

  static override properties = { label: {} };
  declare label: string;
  #view: EditorView | undefined;
  #initial = '';
  /** What a refusal was about, until the text is another. */
  #problem: Diagnostic | undefined;

  get text(): string {
    return this.#view?.state.doc.toString() ?? this.#initial;
  }

  set text(text: string) {
    this.#initial = text;
    this.#view?.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
  }

  /** Puts the text where the cursor is, in place of what is selected. */
  insert(text: string): void {
    const view = this.#view;
    if (view === undefined) return;
    view.dispatch(view.state.replaceSelection(text));
    view.focus();
  }

  /** Marks what a refusal is about, at the place that it names, and goes there. */
  showProblem(message: string): void {
    const view = this.#view;
    const path = pathIn(message);
    if (view === undefined || path === undefined) return;
    const { from, to } = placeOf(view.state.doc.toString(), path);
    this.#problem = { from, to, severity: 'error', message };
    view.dispatch(setDiagnostics(view.state, [this.#problem]));
    view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
  }

  override focus(): void {
    this.#view?.focus();
  }

  override render(): TemplateResult {
    return html`<div id="place"></div>`;
  }

  protected override firstUpdated(): void {
    const parent = this.renderRoot.querySelector('#place');
    if (parent === null || !(this.renderRoot instanceof ShadowRoot)) return;
    this.#view = new EditorView({
      parent,
      root: this.renderRoot,
      state: EditorState.create({
        doc: this.#initial,
        extensions: [
          lineNumbers(),
          history(),
          highlightActiveLine(),
          json(),
          linter((view) => (this.#problem === undefined ? findMistakes(view) : [this.#problem]), { delay: 300 }),
          lintGutter(),
          ViewPlugin.fromClass(Colours, { decorations: ({ marks }) => marks }),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': this.label ?? msg('JSON of the record'), spellcheck: 'false' }),
          EditorView.updateListener.of(({ docChanged }) => {
            if (!docChanged) return;
            this.#problem = undefined;
            this.dispatchEvent(new Event('edited'));
          }),
          keymap.of([
            ...defaultKeymap, ...historyKeymap, ...lintKeymap,
            { key: 'Mod-z', run: undo, preventDefault: true }, { key: 'Mod-y', run: redo, preventDefault: true },
          ]),
        ],
      }),
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#initial = this.text;
    this.#view?.destroy();
    this.#view = undefined;
  }
}

customElements.define('holdfast-json-editor', JsonEditor);
