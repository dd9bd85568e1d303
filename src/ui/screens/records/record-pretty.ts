import { css, html, LitElement, nothing } from 'lit';
import { formatTime, msg } from '../../i18n.ts';
import { shared } from '../../styles/shared.ts';
import { blobRefOf, mapOf, mapsOf, textOf } from './json-shape.ts';
import { madeAt } from './summary.ts';
import { valueStyles } from './value-styles.ts';
import { embedView, fieldsView, referenceView, richText } from './values.ts';
import type { TemplateResult } from 'lit';
import type { JsonMap } from '../../../protocol/index.ts';

/** A record for people: what is known of its kind first, then every field. */
export class RecordPretty extends LitElement {
  static override styles = [shared, valueStyles, css`
    .banner {
      display: block;
      margin-bottom: 0.75rem;
    }

    .avatar {
      --blob-height: 6rem;

      display: block;
      width: 6rem;
    }
  `];

  static override properties = { did: {}, collection: {}, value: { attribute: false } };
  declare did: string;
  declare collection: string;
  declare value: JsonMap;

  override render(): TemplateResult {
    const known = this.#known();
    if (known === undefined) return fieldsView(this.value, this.did);
    return html`
      <div class="stack">
        ${known}
        <details><summary>${msg('All fields')}</summary>${fieldsView(this.value, this.did)}</details>
      </div>`;
  }

  #known(): TemplateResult | undefined {
    const { value } = this;
    switch (this.collection) {
      case 'app.bsky.feed.post':
        return this.#post();
      case 'app.bsky.actor.profile':
        return this.#profile();
      case 'app.bsky.feed.like':
      case 'app.bsky.feed.repost': {
        const uri = textOf(mapOf(value.subject)?.uri);
        return uri === undefined ? undefined : html`<p>${referenceView(uri)}</p>${this.#made()}`;
      }
      case 'app.bsky.graph.follow':
      case 'app.bsky.graph.block': {
        const subject = textOf(value.subject);
        return subject === undefined ? undefined : html`<p>${referenceView(`at://${subject}`)}</p>${this.#made()}`;
      }
      default:
        return undefined;
    }
  }

  #post(): TemplateResult | undefined {
    const { value, did } = this;
    const text = textOf(value.text);
    if (text === undefined) return undefined;
    const parent = textOf(mapOf(mapOf(value.reply)?.parent)?.uri);
    return html`
      ${parent === undefined ? nothing : html`<p><span class="soft small">${msg('In reply to')}</span> ${referenceView(parent)}</p>`}
      ${text === '' ? nothing : richText(text, value.facets)}
      ${embedView(mapOf(value.embed), did)}
      ${this.#made()}`;
  }

  #profile(): TemplateResult {
    const { value, did } = this;
    const avatar = blobRefOf(value.avatar);
    const banner = blobRefOf(value.banner);
    const labels = mapsOf(mapOf(value.labels)?.values).map(({ val }) => textOf(val));
    return html`
      ${banner === undefined ? nothing : html`
        <holdfast-blob class="banner" small .did=${did} .cid=${banner.cid} .alt=${msg('Banner')}></holdfast-blob>`}
      ${avatar === undefined ? nothing : html`
        <holdfast-blob class="avatar" small .did=${did} .cid=${avatar.cid} .alt=${msg('Profile picture')}></holdfast-blob>`}
      <p class="post"><strong>${textOf(value.displayName) ?? msg('No name')}</strong></p>
      ${textOf(value.description) === undefined ? nothing : richText(textOf(value.description) ?? '', undefined)}
      ${labels.length === 0 ? nothing : html`<p class="soft small">${labels.join(', ')}</p>`}`;
  }

  #made(): TemplateResult | typeof nothing {
    const time = madeAt(this.value);
    if (time === undefined) return nothing;
    const iso = new Date(time).toISOString();
    return html`<p class="soft small"><time datetime=${iso}>${formatTime(iso)}</time></p>`;
  }
}

customElements.define('holdfast-record-pretty', RecordPretty);
