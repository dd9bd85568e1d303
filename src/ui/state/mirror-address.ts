const LOCAL = /^(?:localhost|127\.0\.0\.1|\[::1\]|.+\.localhost)$/;

/** What somebody typed, as an origin: https unless they said otherwise, http for this machine itself. */
export function mirrorAddress(typed: string): string | undefined {
  const text = typed.trim();
  if (text === '' || /\s/.test(text)) return undefined;
  const isBare = !/^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const bare = isBare ? URL.parse(`https://${text}`) : null;
  const url = isBare ? URL.parse(`${bare !== null && LOCAL.test(bare.hostname) ? 'http' : 'https'}://${text}`) : URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  if (!LOCAL.test(url.hostname) && !url.hostname.includes('.')) return undefined;
  return url.origin;
}

/** Whether a page at `page` may not talk to the mirror: browsers keep a secure page from insecure hosts, this machine aside. */
export const isMixed = (page: { readonly protocol: string }, origin: string): boolean => {
  const { protocol, hostname } = new URL(origin);
  return page.protocol === 'https:' && protocol === 'http:' && !LOCAL.test(hostname);
};

/** What a link of an operator brought: the mirror to pair with, and the code that it takes. */
export interface Invited {
  readonly address: string;
  readonly invite: string;
}

/** Characters of a code. */
const MOST = 128;

/** What is in the fragment of such a link, `#at=mirror.example.com&invite=code`, which no server is sent; undefined where it is none. */
export function invitedBy(fragment: string): Invited | undefined {
  const said = new URLSearchParams(fragment.replace(/^#/, ''));
  const address = mirrorAddress(said.get('at') ?? '');
  const invite = said.get('invite')?.trim() ?? '';
  return address === undefined || invite.length > MOST ? undefined : { address, invite };
}
