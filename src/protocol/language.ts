import { InvalidSyntaxError } from './errors.ts';

/** A language tag of BCP 47 (RFC 5646), such as `ja` or `pt-BR`: https://atproto.com/specs/lexicon#language */
export type Language = string & { readonly __language: true };

const MAX_LENGTH = 128;

// Language with its extensions, script, region; then variants (1), extensions (2), and private use. The public vectors
// of the protocol want the language in lower case, of two or three letters.
const TAG = new RegExp(
  '^[a-z]{2,3}(?:-[A-Za-z]{3}){0,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?' +
    '((?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*)' +
    '((?:-[0-9A-WYZa-wyz](?:-[A-Za-z0-9]{2,8})+)*)' +
    '(?:-[Xx](?:-[A-Za-z0-9]{1,8})+)?$',
);
const PRIVATE_USE = /^[Xx](?:-[A-Za-z0-9]{1,8})+$/;

/** The tags registered before the grammar, as far as they do not fit it. */
const IRREGULAR = new Set(
  ('en-gb-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao i-tay i-tsu ' +
    'sgn-be-fr sgn-be-nl sgn-ch-de').split(' '),
);

/** Whether the text is a well-formed tag that repeats no variant and no extension. No registry is asked. */
export function isLanguage(text: string): text is Language {
  if (text.length > MAX_LENGTH) return false;
  const match = TAG.exec(text);
  if (match === null) return PRIVATE_USE.test(text) || IRREGULAR.has(text.toLowerCase());
  const [, variants = '', extensions = ''] = match;
  return areDistinct(subtags(variants)) && areDistinct(subtags(extensions).filter((subtag) => subtag.length === 1));
}

/** @throws InvalidSyntaxError */
export function parseLanguage(text: string): Language {
  if (!isLanguage(text)) throw new InvalidSyntaxError('language tag', text);
  return text;
}

function subtags(text: string): string[] {
  return text.toLowerCase().split('-').slice(1);
}

function areDistinct(items: readonly string[]): boolean {
  return new Set(items).size === items.length;
}
