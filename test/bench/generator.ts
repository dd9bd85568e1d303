// Realistic records from a seed: a third posts, half likes, follows, reposts, one profile; record keys are TIDs in the
// order of creation. The same seed gives the same records everywhere.
import { tidFrom } from '../../src/protocol/index.ts';
import type { CborMap, CborValue } from '../../src/protocol/index.ts';

/** One record and its place. */
export interface Item {
  readonly path: string;
  readonly record: CborMap;
}

const WORDS = ('the a of to in mirror house key commit tide garden paper quiet winter signal river morning window stone ' +
  'letter copper island lantern orchard ember harbour willow marble thunder velvet').split(' ');

/** A small seeded generator of numbers in [0, 1): mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export class Generator {
  readonly #random: () => number;
  #micros = 1_700_000_000_000_000;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  items(count: number): Item[] {
    const items = [{ path: 'app.bsky.actor.profile/self', record: { $type: 'app.bsky.actor.profile', displayName: 'A. Person' } as CborMap }];
    while (items.length < count) items.push(this.item());
    return items;
  }

  item(): Item {
    const kind = this.#random();
    if (kind < 0.32) return this.#at('app.bsky.feed.post', this.#post());
    if (kind < 0.82) return this.#at('app.bsky.feed.like', { subject: this.#reference() });
    if (kind < 0.92) return this.#at('app.bsky.graph.follow', { subject: this.#did() });
    return this.#at('app.bsky.feed.repost', { subject: this.#reference() });
  }

  /** The same record, changed. */
  changed({ path, record }: Item): Item {
    return { path, record: { ...record, createdAt: this.#time() } };
  }

  #at(collection: string, fields: CborMap): Item {
    this.#micros += 1 + Math.floor(this.#random() * 60_000_000);
    return {
      path: `${collection}/${tidFrom(this.#micros, 7)}`,
      record: { $type: collection, ...fields, createdAt: this.#time() },
    };
  }

  #post(): CborMap {
    const text = Array.from({ length: 3 + Math.floor(this.#random() * 40) }, () => this.#pick(WORDS)).join(' ');
    const fields: Record<string, CborValue> = { text, langs: ['en'] };
    if (this.#random() < 0.3) {
      const features = [{ $type: 'app.bsky.richtext.facet#link', uri: `https://example.com/${this.#hex(12)}` }];
      fields['facets'] = [{ index: { byteStart: 0, byteEnd: Math.min(10, text.length) }, features }];
    }
    if (this.#random() < 0.4) fields['reply'] = { root: this.#reference(), parent: this.#reference() };
    if (this.#random() < 0.2) {
      fields['embed'] = { $type: 'app.bsky.embed.external', external: { uri: 'https://example.com/', title: text.slice(0, 30), description: '' } };
    }
    return fields;
  }

  #reference(): CborMap {
    return { uri: `at://${this.#did()}/app.bsky.feed.post/3k${this.#hex(11)}`, cid: `bafyrei${this.#hex(52)}` };
  }

  #did(): string {
    return `did:plc:${this.#hex(24)}`;
  }

  #time(): string {
    return new Date(this.#micros / 1000).toISOString();
  }

  #hex(length: number): string {
    let text = '';
    while (text.length < length) text += Math.floor(this.#random() * 0x100000000).toString(36);
    return text.slice(0, length);
  }

  #pick<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.#random() * values.length)]!;
  }
}
