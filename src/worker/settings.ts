import { DEFAULT_SETTINGS, fetchSettings } from '../pds/index.ts';
import type { HouseSettings } from '../pds/index.ts';
import { keepFact, readFact } from './facts.ts';

const FACT = 'settings';

/** What the site says now; without a network, what it said last. */
export async function siteSettings(): Promise<HouseSettings> {
  try {
    const settings = await fetchSettings(fetch, location.origin);
    await keepFact(FACT, settings);
    return settings;
  } catch {
    return await readFact(FACT) as HouseSettings | undefined ?? DEFAULT_SETTINGS;
  }
}
