/** What whoever serves the pages has set for them, in `/settings.json`. */
export interface SiteSettings {
  /** A mirror to begin with. */
  readonly mirror?: string;
  /** A relay that is asked what has reached the street. */
  readonly relay?: string;
  readonly directory?: string;
  /** Answers DNS over HTTPS, in JSON: asked whose a name is. */
  readonly resolver?: string;
}

/** Where the site names no other. */
const RESOLVER = 'https://cloudflare-dns.com/dns-query';

let settings: Promise<SiteSettings> | undefined;

/** The settings of this site, asked for once; none where there is no such file. */
export function siteSettings(): Promise<SiteSettings> {
  settings ??= read().catch(() => {
    settings = undefined;
    return {};
  });
  return settings;
}

/** What answers DNS over HTTPS for this site. */
export async function siteResolver(): Promise<string> {
  return (await siteSettings()).resolver ?? RESOLVER;
}

async function read(): Promise<SiteSettings> {
  const response = await fetch('/settings.json', { cache: 'no-cache' });
  if (!response.ok || response.headers.get('content-type')?.includes('json') !== true) return {};
  const given = await response.json() as Readonly<Record<string, unknown>>;
  const address = (name: string): string | undefined => {
    const value = given[name];
    return typeof value === 'string' && URL.canParse(value) ? value : undefined;
  };
  return Object.fromEntries(['mirror', 'relay', 'directory', 'resolver'].map((name) => [name, address(name)]).filter(([, value]) => value !== undefined));
}
