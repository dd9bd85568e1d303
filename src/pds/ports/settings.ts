/** What whoever serves the pages has set, `/settings.json` at their origin. */
export interface HouseSettings {
  /** The PLC directory. */
  readonly directory: string;
  /** A mirror to begin with. */
  readonly mirror?: string;
  /** A relay that is asked what has reached the street. */
  readonly relay?: string;
}

/** Where nothing is set. */
export const DEFAULT_SETTINGS: HouseSettings = { directory: 'https://plc.directory' };

/** What the file says, as parsed JSON; what is no address of http or https is as if it were not there. */
export function readSettings(value: unknown): HouseSettings {
  const given = typeof value === 'object' && value !== null ? value as Readonly<Record<string, unknown>> : {};
  const address = (name: string): string | undefined => {
    const text = given[name];
    const url = typeof text === 'string' ? URL.parse(text) : null;
    return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href.replace(/\/+$/, '') : undefined;
  };
  const { mirror, relay } = { mirror: address('mirror'), relay: address('relay') };
  return {
    directory: address('directory') ?? DEFAULT_SETTINGS.directory,
    ...(mirror !== undefined && { mirror }), ...(relay !== undefined && { relay }),
  };
}
