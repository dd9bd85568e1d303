/** In place of a secret. */
const HIDDEN = '[hidden]';
/** Text of a server is cut off, perhaps within a secret: so much of it is enough to tell one by. */
const TELLING = 8;
/** A token, of whom ever, as servers make them; it may be cut off. */
const TOKENS = /\beyJ[\w-]{10,}(?:\.[\w-]*){0,2}/g;

/** A text in which no secret is left, whole or cut off, also as JSON writes it. */
export function withoutSecrets(text: string, secrets: Iterable<string>): string {
  const forms = [...new Set([...secrets].flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]))].filter((form) => form !== '');
  const whole = forms.reduce((clean, form) => clean.replaceAll(form, HIDDEN), text);
  return forms.filter(({ length }) => length >= TELLING).reduce(withoutStart, whole).replace(TOKENS, HIDDEN);
}

function withoutStart(text: string, secret: string): string {
  let [told, rest] = ['', text];
  const start = secret.slice(0, TELLING);
  for (let at = rest.indexOf(start); at >= 0; at = rest.indexOf(start)) {
    let end = at + start.length;
    while (end - at < secret.length && rest[end] === secret[end - at]) end++;
    told += `${rest.slice(0, at)}${HIDDEN}`;
    rest = rest.slice(end);
  }
  return told + rest;
}
