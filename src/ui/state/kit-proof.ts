import { keep, kept } from './keep.ts';

/** How long a proof is good before the owner is asked to look again, in milliseconds: half a year. */
const GOOD_MS = 182 * 24 * 60 * 60 * 1000;

const keyOf = (did: string): string => `holdfast.kit.${did}`;

/** Notes that the owner has just shown to hold the kit. */
export const noteKitOpened = (did: string): void => keep(keyOf(did), new Date().toISOString());

/** When the owner showed it last in this browser, an ISO datetime; of an account that came here otherwise, when this was first asked. */
export function kitOpened(did: string): string {
  const noted = kept(keyOf(did));
  if (noted !== null && !Number.isNaN(Date.parse(noted))) return noted;
  noteKitOpened(did);
  return kept(keyOf(did)) ?? new Date().toISOString();
}

/** Whether that was so long ago that file and passphrase may be gone without anybody knowing. */
export const isKitCheckDue = (opened: string): boolean => Date.now() - Date.parse(opened) > GOOD_MS;
