import { limitedFetch } from '../identity/index.ts';
import { DEFAULT_SETTINGS, readSettings } from '../pds/index.ts';
import type { HouseSettings } from '../pds/index.ts';
import { keepFact, readFact } from './facts.ts';

const FACT = 'settings';
const MS = 5_000;
const BYTES = 64_000;

/** What the site says now; without a network, what it said last. */
export async function siteSettings(): Promise<HouseSettings> {
  try {
    const { status, headers, bytes } = await limitedFetch(fetch, `${location.origin}/settings.json`, {}, { ms: MS, bytes: BYTES });
    // A site without the file answers with its page.
    if (status === 404 || headers.get('content-type')?.includes('json') !== true) return DEFAULT_SETTINGS;
    const settings = readSettings(JSON.parse(new TextDecoder().decode(bytes)));
    await keepFact(FACT, settings);
    return settings;
  } catch {
    return await readFact(FACT) as HouseSettings | undefined ?? DEFAULT_SETTINGS;
  }
}
