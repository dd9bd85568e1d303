import { limitedFetch } from '../identity/index.ts';
import type { Fetch } from '../identity/index.ts';
import { DEFAULT_SETTINGS, readSettings } from './ports/settings.ts';
import type { HouseSettings } from './ports/settings.ts';

const MS = 5_000;
const BYTES = 64_000;

/**
 * What the site at this origin says in its `/settings.json` now.
 * @throws NetworkError; SyntaxError where the file is no JSON
 */
export async function fetchSettings(fetch: Fetch, origin: string): Promise<HouseSettings> {
  const { status, headers, bytes } = await limitedFetch(fetch, `${origin}/settings.json`, {}, { ms: MS, bytes: BYTES });
  // A site without the file answers with its page.
  if (status !== 200 || headers.get('content-type')?.includes('json') !== true) return DEFAULT_SETTINGS;
  return readSettings(JSON.parse(new TextDecoder().decode(bytes)));
}
