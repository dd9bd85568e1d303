import { facetsOf, findMarks } from './facets.ts';
import type { JsonMap } from '../../../protocol/index.ts';

/** As many characters as a post may have, as a reader counts them. */
export const MOST_GRAPHEMES = 300;
/** As many pictures as a post may have. */
export const MOST_IMAGES = 4;

/** A picture of a post: what the house keeps, and what it shows. */
export interface PostImage {
  /** The blob as the house named it. */
  readonly blob: object;
  readonly alt: string;
  readonly width: number;
  readonly height: number;
}

/** What a post is made of. */
export interface PostParts {
  readonly text: string;
  /** Tags of the languages of the text. */
  readonly langs: readonly string[];
  readonly images: readonly PostImage[];
  /** Whose the mentioned handles are. */
  readonly dids: ReadonlyMap<string, string>;
  /** An ISO datetime. */
  readonly createdAt: string;
}

/** The record of a post. */
export function makePost({ text, langs, images, dids, createdAt }: PostParts): JsonMap {
  const facets = facetsOf(text, findMarks(text), dids);
  return {
    $type: 'app.bsky.feed.post',
    text,
    ...(facets.length > 0 && { facets }),
    ...(images.length > 0 && {
      embed: {
        $type: 'app.bsky.embed.images',
        images: images.map(({ blob, alt, width, height }) => ({ image: { ...blob }, alt, aspectRatio: { width, height } })),
      },
    }),
    ...(langs.length > 0 && { langs }),
    createdAt,
  };
}

/** The handles that a text mentions, each once. */
export const handlesIn = (text: string): readonly string[] =>
  [...new Set(findMarks(text).flatMap(({ kind, value }) => (kind === 'mention' ? [value] : [])))];
