/** What `msg` takes and `str` makes, as far as a transformation needs it. */
interface Tagged {
  readonly strings: TemplateStringsArray;
}

const ACCENTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    a: 'á', b: 'ƀ', c: 'ç', d: 'ð', e: 'é', f: 'ƒ', g: 'ğ', h: 'ĥ', i: 'í', j: 'ĵ', k: 'ķ', l: 'ļ', m: 'ɱ', n: 'ñ', o: 'ó',
    p: 'þ', q: 'ɋ', r: 'ŕ', s: 'š', t: 'ţ', u: 'ú', v: 'ṽ', w: 'ŵ', x: 'ẋ', y: 'ý', z: 'ž',
    A: 'Á', B: 'Ɓ', C: 'Ç', D: 'Ð', E: 'É', F: 'Ƒ', G: 'Ğ', H: 'Ĥ', I: 'Í', J: 'Ĵ', K: 'Ķ', L: 'Ļ', M: 'Ṁ', N: 'Ñ', O: 'Ó',
    P: 'Þ', Q: 'Ɋ', R: 'Ŕ', S: 'Š', T: 'Ţ', U: 'Ú', V: 'Ṽ', W: 'Ŵ', X: 'Ẋ', Y: 'Ý', Z: 'Ž',
  }),
);

/** The text with every letter accented and each third vowel doubled: legible, a third longer, and plainly not English. */
export function pseudoText(text: string): string {
  let vowels = 0;
  let result = '';
  for (const letter of text) {
    const accented = ACCENTS.get(letter) ?? letter;
    result += /[aeiou]/i.test(letter) && vowels++ % 3 === 0 ? accented.repeat(3) : accented;
  }
  return result;
}

/** Markup with its texts transformed, and tags, attributes and character references left alone. */
export function pseudoMarkup(strings: readonly string[]): string[] {
  // A tag may begin in one string and end in another, around an expression.
  let inTag = false;
  return strings.map((part) => {
    let result = '';
    for (const piece of part.split(/([<>]|&[#\w]+;)/)) {
      if (piece === '<') inTag = true;
      result += inTag || /^(?:[<>]|&[#\w]+;)$/.test(piece) ? piece : pseudoText(piece);
      if (piece === '>') inTag = false;
    }
    return result;
  });
}

// Lit knows a template by the identity of its strings.
const known = new WeakMap<TemplateStringsArray, TemplateStringsArray>();

function pseudoStrings(strings: TemplateStringsArray, transform: (strings: readonly string[]) => string[]): TemplateStringsArray {
  let made = known.get(strings);
  if (made === undefined) {
    const parts = transform(strings);
    made = Object.assign(parts, { raw: parts });
    known.set(strings, made);
  }
  return made;
}

/** A template of `msg` in the pseudo-locale, of the same kind. */
export function pseudo(template: string | Tagged): string | Tagged {
  if (typeof template === 'string') return pseudoText(template);
  const isText = 'strTag' in template;
  const strings = pseudoStrings(template.strings, isText ? (parts) => parts.map(pseudoText) : pseudoMarkup);
  return { ...template, strings };
}
