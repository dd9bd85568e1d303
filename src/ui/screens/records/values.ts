import { html, nothing } from 'lit';
import './blob-view.ts';
import { isDatetime, isDid, parseAtUri, isAtUri } from '../../../protocol/index.ts';
import { formatTime, msg } from '../../i18n.ts';
import { atPath } from '../../router.ts';
import { accountStore } from '../../state/account-store.ts';
import { segmentsOf, webAddress } from '../compose/facets.ts';
import { blobRefOf, isMap, mapOf, textOf } from './json-shape.ts';
import type { TemplateResult } from 'lit';
import type { JsonMap, JsonValue } from '../../../protocol/index.ts';

/** Any value of a record, as text, links and pictures; never as markup. `did` is whose record it is. */
export function valueView(value: JsonValue, did: string): TemplateResult {
  if (typeof value === 'string') return textView(value);
  if (value === null || typeof value !== 'object') return html`<span class="mono">${String(value)}</span>`;
  if (Array.isArray(value)) return listView(value as readonly JsonValue[], did);
  return isMap(value) ? mapView(value, did) : html``;
}

/** The fields of an object, each with its name. */
export function fieldsView(map: JsonMap, did: string): TemplateResult {
  return html`
    <dl class="fields">
      ${Object.entries(map).map(([key, value]) => html`
        <div class=${isPlain(value) ? 'plain' : ''}><dt dir="ltr">${key}</dt><dd>${valueView(value, did)}</dd></div>`)}
    </dl>`;
}

/** The text of a post or profile with its links. */
export function richText(text: string, facets: JsonValue | undefined): TemplateResult {
  return html`<p class="text post">${segmentsOf(text, facets).map((segment) => {
    if (segment.link !== undefined) return outLink(segment.link, segment.text);
    if (segment.mention !== undefined) return referenceLink(`at://${segment.mention}`, segment.text) ?? segment.text;
    return segment.text;
  })}</p>`;
}

/** A link to the web, that tells the other side nothing. */
export function outLink(address: string, words: string): TemplateResult {
  return html`<a href=${address} target="_blank" rel="noopener noreferrer nofollow">${words}</a>`;
}

/** A place in the network: a link if it lies in this house, else its name. */
export function referenceView(uri: string): TemplateResult {
  return referenceLink(uri, uri, 'chip') ?? html`<span class="chip" dir="ltr">${uri}</span>`;
}

function referenceLink(uri: string, words: string, className = ''): TemplateResult | undefined {
  if (!isAtUri(uri)) return undefined;
  const { authority, collection, rkey } = parseAtUri(uri);
  const here = accountStore.state.accounts?.some(({ did }) => did === authority) ?? false;
  return here ? html`<a class=${className} href=${atPath(authority, collection, rkey)} dir="ltr">${words}</a>` : undefined;
}

function textView(text: string): TemplateResult {
  if (isAtUri(text)) return referenceView(text);
  if (isDid(text)) return referenceLink(`at://${text}`, text, 'chip') ?? html`<span class="chip" dir="ltr">${text}</span>`;
  if (isDatetime(text)) return html`<time datetime=${text} title=${text}>${formatTime(text)}</time>`;
  const address = /^https?:\/\/\S+$/i.test(text) ? webAddress(text) : undefined;
  if (address !== undefined) return outLink(address, text);
  return text === '' ? html`<span class="soft">${msg('empty')}</span>` : html`<span class="text">${text}</span>`;
}

function listView(items: readonly JsonValue[], did: string): TemplateResult {
  if (items.length === 0) return html`<span class="soft">${msg('nothing')}</span>`;
  return html`<ol class="items" role="list">${items.map((item) => html`<li>${valueView(item, did)}</li>`)}</ol>`;
}

function mapView(map: JsonMap, did: string): TemplateResult {
  const blob = blobRefOf(map);
  if (blob !== undefined) return html`<holdfast-blob .did=${did} .cid=${blob.cid} .alt=${msg('The picture of this field')}></holdfast-blob>`;
  const link = textOf(map.$link);
  if (link !== undefined) return html`<span class="mono" dir="ltr">${link}</span>`;
  const uri = textOf(map.uri);
  // A strong reference: the CID says which version is meant.
  if (uri !== undefined && isAtUri(uri) && Object.keys(map).every((key) => ['uri', 'cid', '$type'].includes(key))) return referenceView(uri);
  return Object.keys(map).length === 0 ? html`<span class="soft">${msg('nothing')}</span>` : fieldsView(map, did);
}

const isPlain = (value: JsonValue): boolean => value === null || typeof value !== 'object' || mapOf(value)?.$link !== undefined;

/** What a post or profile carries besides its text: pictures, a card of a link, a quoted record. */
export function embedView(embed: JsonMap | undefined, did: string): TemplateResult | typeof nothing {
  if (embed === undefined) return nothing;
  const images = Array.isArray(embed.images) ? (embed.images as readonly JsonValue[]).filter(isMap) : [];
  const external = mapOf(embed.external);
  const quoted = mapOf(embed.record);
  const media = mapOf(embed.media);
  const quotedUri = textOf(quoted?.uri) ?? textOf(mapOf(quoted?.record)?.uri);
  return html`
    ${images.length === 0 ? nothing : html`<div class="pictures">${images.map((image) => imageView(image, did))}</div>`}
    ${media === undefined ? nothing : embedView(media, did)}
    ${external === undefined ? nothing : externalView(external, did)}
    ${quotedUri === undefined ? nothing : html`<p><span class="soft small">${msg('Quotes')}</span> ${referenceView(quotedUri)}</p>`}
    ${blobRefOf(embed.video) === undefined ? nothing : valueView(embed.video ?? null, did)}`;
}

function imageView(image: JsonMap, did: string): TemplateResult | typeof nothing {
  const blob = blobRefOf(image.image);
  if (blob === undefined) return nothing;
  const alt = textOf(image.alt) ?? '';
  return html`
    <figure>
      <holdfast-blob .did=${did} .cid=${blob.cid} .alt=${alt === '' ? msg('A picture without a description') : alt}></holdfast-blob>
      ${alt === '' ? html`<figcaption class="soft">${msg('No description')}</figcaption>` : html`<figcaption>${alt}</figcaption>`}
    </figure>`;
}

function externalView(external: JsonMap, did: string): TemplateResult {
  const address = webAddress(textOf(external.uri) ?? '');
  const title = textOf(external.title) ?? '';
  const description = textOf(external.description) ?? '';
  const thumb = blobRefOf(external.thumb);
  return html`
    <div class="link-card">
      ${thumb === undefined ? nothing : html`<holdfast-blob .did=${did} .cid=${thumb.cid} small></holdfast-blob>`}
      <strong>${address === undefined ? title : outLink(address, title === '' ? address : title)}</strong>
      ${description === '' ? nothing : html`<span class="text">${description}</span>`}
      ${address === undefined ? nothing : html`<span class="soft small">${new URL(address).host}</span>`}
    </div>`;
}
