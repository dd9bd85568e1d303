import type { HouseDesk } from '../../mirroring/index.ts';
import type { Did } from '../../protocol/index.ts';
import type { House } from '../house.ts';
import { houseDesk } from './house-desk.ts';

/** An account that has something to tell its mirror, and may. */
export interface Correspondent {
  readonly did: Did;
  /** The origin of the mirror. */
  readonly url: string;
  readonly desk: HouseDesk;
}

/** Whose commits wait for a mirror now, and for no decision of their owner. */
export async function correspondents(house: House): Promise<readonly Correspondent[]> {
  const found: Correspondent[] = [];
  for (const { did, mirror } of await house.store.accounts()) {
    if (mirror?.state !== 'active' || mirror.isPaused || mirror.alarm !== undefined) continue;
    const { commits } = await house.store.outboxSize(did);
    if (commits > 0) found.push({ did, url: mirror.url, desk: houseDesk(house, did) });
  }
  return found;
}
