/** A range of a text, in UTF-16 units. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** The way to a value that a refusal names: `… at /embed/images/0`, or `… at .embed.images.0`. */
export function pathIn(message: string): readonly string[] | undefined {
  const path = /\bat ([./])([^\s(),;]+)/.exec(message);
  return path === null ? undefined : (path[2] ?? '').split(path[1] ?? '/').filter((name) => name !== '');
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+/g;

/** Where the value at the path stands in the JSON text: the nearest one around it, if it is not there. */
export function placeOf(text: string, path: readonly string[]): TextRange {
  const tokens = [...text.matchAll(TOKEN)].map((match) => ({ word: match[0], from: match.index, to: match.index + match[0].length }));
  const last = tokens.length - 1;
  let next = 0;
  const word = (): string => tokens[next]?.word ?? '';

  /** Passes over one value; gives where it is, or where what the path names in it is. */
  const value = (wanted: readonly string[] | undefined): TextRange => {
    const start = next;
    let inner: TextRange | undefined;
    const open = word();
    next++;
    if (open === '{' || open === '[') {
      for (let index = 0; next <= last && word() !== '}' && word() !== ']'; index++) {
        const name = open === '{' ? keyOf(word()) : String(index);
        if (open === '{') next += 2;
        const here = wanted !== undefined && wanted[0] === name;
        const range = value(here ? wanted.slice(1) : undefined);
        if (here) inner = range;
        if (word() === ',') next++;
      }
      next++;
    }
    return inner ?? { from: tokens[start]?.from ?? 0, to: tokens[Math.min(next - 1, last)]?.to ?? text.length };
  };
  return value(path);
}

function keyOf(word: string): string {
  try {
    return String(JSON.parse(word));
  } catch {
    return word;
  }
}
