const BROWSERS: readonly (readonly [name: string, sign: RegExp])[] = [
  ['Edge', /Edg(?:A|iOS)?\//], ['Opera', /OPR\//], ['Samsung Internet', /SamsungBrowser\//], ['Firefox', /(?:Firefox|FxiOS)\//],
  ['Chrome', /(?:Chrome|CriOS)\//], ['Safari', /Safari\//],
];
const SYSTEMS: readonly (readonly [name: string, sign: RegExp])[] = [
  ['Android', /Android/], ['iPhone', /iPhone/], ['iPad', /iPad/], ['Windows', /Windows/], ['ChromeOS', /CrOS/], ['Mac', /Macintosh/], ['Linux', /Linux/],
];

/** What somebody with several browsers knows this one by: “Firefox, Linux”. Both are names, in every language. */
export function browserName(agent: string = navigator.userAgent): string {
  const nameIn = (all: typeof BROWSERS): string | undefined => all.find(([, sign]) => sign.test(agent))?.[0];
  return [nameIn(BROWSERS), nameIn(SYSTEMS)].filter((name) => name !== undefined).join(', ') || 'Browser';
}
